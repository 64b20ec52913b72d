"""The words of the strip that shows the inside of a step."""

from __future__ import annotations

from collections.abc import Callable


def inside_words(translate: Callable[[str], str]) -> dict[str, str]:
    """Every text of the strip by its name, in the language of ``translate``."""
    _ = translate
    return {
        "inside": _("Inside a step"),
        "heading": _("Step {step} of {steps}"),
        "scrub": _("Step"),
        "step_back": _("One step back"),
        "step_forward": _("One step forward"),
        "at_start": _("This is the start: go one step forward."),
        "ended": _("This run ended at step {step}: that step is shown."),
        "nearest": _("Of this long run every {every}th step is kept: step {step} is shown."),
        "sweeping": _("Let go of the slider: what is inside is worked out then."),
        "rule": _("Update rule"),
        "numbers": _("With this step's numbers"),
        "both_axes": _("both axes"),
        "beside": _("Beside the rule"),
        "rates": _("Effective learning rate"),
        "curvature": _("Curvature where the step began"),
        "eigenvalues": _("Eigenvalues of the Hessian: {large} and {small}."),
        "two_over": _("2 / learning rate"),
        "own_limit": _("Largest curvature times effective rate: {value}. Stable below {limit}."),
        "over_limit": _("Over the limit: along that axis the steps grow as long as this lasts."),
        "no_curvature": _("No curvature is defined here."),
        "arrows": _("Arrows on the map"),
        "arrow_gradient": _("Gradient's part"),
        "arrow_momentum": _("Momentum's part"),
        "arrow_direction": _("Direction, each axis scaled"),
        "arrow_move": _("Real move"),
        "arrows_about": _(
            "The two parts are drawn to one scale, so that together they make the step; the scaled"
            " direction shows only where it points. The move has its true length."
        ),
        "all": _("Every quantity of this step"),
        "quantity": _("Quantity"),
        "symbol": _("Symbol"),
        "chart": _("{title}, over the steps"),
    }
