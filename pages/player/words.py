"""Every sentence of the player, in one place, for the page to translate."""

from __future__ import annotations

from collections.abc import Callable


def player_words(translate: Callable[[str], str]) -> dict[str, str]:
    """The words of the player through ``translate`` (gettext).

    Names in braces are filled in by the browser and must stay as they are.
    """
    _ = translate
    return {
        "player": _("Player: optimizer paths on the loss surface"),
        "play": _("Play"),
        "pause": _("Pause"),
        "to_start": _("To the start"),
        "to_end": _("To the end"),
        "step_back": _("One step back"),
        "step_forward": _("One step forward"),
        "scrub": _("Step"),
        "speed": _("Speed"),
        "step_of": _("step {step} of {steps}"),
        "sweep": _("Sweep"),
        "sweep_choice": _("What to sweep"),
        "sweep_off": _("off (choose a setting)"),
        "sweep_of": _("{knob} of {title}"),
        "sweep_told": _("Where the run ends for each value. {told}"),
        "surface_panel": _("Loss surface in 3D with the paths of the optimizers"),
        "contour_panel": _("Contour map of the loss with the paths of the optimizers"),
        "side_panel": _("A contour map for each optimizer, all with the same axes"),
        "view": _("View"),
        "together": _("Together"),
        "side_by_side": _("Side by side"),
        "solid": _("3D"),
        "all_hidden": _("Every entry is hidden. Press its digit to show it again."),
        "fade": _("Let the paths fade"),
        "save": _("Save picture"),
        "save_contour_png": _("Contour map as PNG"),
        "save_contour_svg": _("Contour map as SVG"),
        "save_surface_png": _("3D picture as PNG"),
        "save_surface_svg": _("3D picture as SVG"),
        "full_screen": _("Full screen (key f)"),
        "hide_or_show": _("Hide or show (key {digit})"),
        "losses_panel": _("Loss of each optimizer against the step"),
        "sizes_panel": _("Effective step size of each optimizer against the step"),
        "norms_panel": _("Gradient norm of each optimizer against the step"),
        "axis_sizes": _("effective step size"),
        "axis_norms": _("gradient norm"),
        "what_sizes": _("What is the effective step size?"),
        "what_norms": _("What is the gradient norm?"),
        "about_sizes": _(
            "How far a step went, divided by the gradient norm where it began: with this learning"
            " rate plain gradient descent would have gone as far. For plain gradient descent it is"
            " the learning rate. Where the gradient is zero it is undefined, and the line has a"
            " gap."
        ),
        "about_norms": _(
            "How steep the ground is where each entry stands, without noise and before clipping."
            " Where it is exactly zero (at a minimum, a saddle or on level ground) the line has a"
            " gap, for a log axis has no zero."
        ),
        "column_x": _("x"),
        "column_y": _("y"),
        "column_norm": _("gradient"),
        "column_length": _("step length"),
        "legend": _("Line-up"),
        "reset_view": _("Reset the view"),
        "hint_surface": _("Drag to turn"),
        "add_start": _("Add a start"),
        "remove_start": _("Remove start {number}"),
        "hint_contour": _("Click to set the start"),
        "hint_contour_more": _("Click to set the start, Shift-click to add one"),
        "hint_contour_touch": _("Tap to set the start, hold to add one"),
        "hint_starts": _("Click moves the nearest start, Shift-click adds one; or drag a ring"),
        "hint_starts_touch": _("Tap moves the nearest start, holding adds one; or drag a ring"),
        "hint_selected": _("Click moves start {number} here, Delete removes it"),
        "hint_selected_touch": _("Tap moves start {number} here, \u2715 removes it"),
        "hint_adding": _("Click wherever a start should be"),
        "hint_adding_touch": _("Tap wherever a start should be"),
        "hint_holding": _("Let go where it should start"),
        "hint_removing": _("Let go to remove start {number}"),
        "hint_contour_still": _("Drag to move, scroll to zoom"),
        "axis_loss": _("loss"),
        "axis_loss_above": _("loss above {floor}"),
        "axis_step": _("step"),
        "scale": _("Loss axis"),
        "log": _("log"),
        "linear": _("linear"),
        "readout": _("x {x}, y {y}, loss {loss}"),
        "readout_start": _("start {number}: x {x}, y {y}, loss {loss}"),
        "readout_path": _("{title}, step {step}, loss {loss}"),
        "best_loss": _("best {loss}"),
        "at_step": _("{title}: loss {loss}"),
        "at_step_state": _("{title}: loss {loss}, {state}"),
        "between": _("; "),
        "spoken": _("{step}. {entries}"),
        "ended_at": _("step {step}"),
        "left_view": _("{title} left the picture at step {step}"),
        "starts_outside": _("{title} starts outside the picture"),
        "left_view_some": _("{title}: {count} of {runs} are outside the picture"),
        "diverged": _("{title} diverged at step {step}"),
        "diverged_some": _("{title} diverged in {count} of {runs} runs"),
        "left_the_domain": _("{title} left the surface's domain at step {step}"),
        "left_the_domain_some": _("{title} left the surface's domain in {count} of {runs} runs"),
        "many_ended": _("{count} entries diverged or left the picture"),
        "status_running": _("moving"),
        "status_outside": _("out of the picture since step {step}"),
        "status_diverged": _("diverged at step {step}"),
        "status_left_the_domain": _("left the domain at step {step}"),
        "status_converged": _("settled at step {step}"),
        "status_ran_out_of_steps": _("still moving after {step} steps"),
        "status_some": _("{converged} of {runs} settled"),
        "status_some_diverged": _("{converged} of {runs} settled, {diverged} diverged"),
        "no_webgl": _(
            "This browser cannot draw in 3D (WebGL is missing). The contour map shows the same"
            " paths."
        ),
        "lost_webgl": _(
            "The browser gave up drawing in 3D (WebGL was lost). The contour map shows the same"
            " paths."
        ),
        "no_surface": _(
            "This surface has no defined value anywhere in view, so there is nothing to draw."
        ),
        "failed": _("The player could not be drawn in this browser."),
    }


PLAYER_WORDS: dict[str, str] = player_words(str)
"""The English words."""
