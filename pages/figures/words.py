"""Every word in the figures, in one place, for the page to translate."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Words = Mapping[str, str]


def figure_words(translate: Callable[[str], str]) -> dict[str, str]:
    """The words of the figures through ``translate`` (gettext).

    Names in braces are filled in by the figures and must stay as they are.
    """
    _ = translate
    return {
        "loss": _("Loss"),
        "accuracy": _("Accuracy"),
        "perplexity": _("Perplexity"),
        "epochs": _("Epoch"),
        "steps": _("Step"),
        "seconds": _("Seconds"),
        "train": _("Training"),
        "validation": _("Validation"),
        "test": _("Test"),
        "of_part": _("{part}: {measure}"),
        "labelled": _("{label}: {title}"),
        "layer": _("Layer, from input to output"),
        "gradient_norm": _("Length of the gradient"),
        "at_step": _("at step {step}"),
        "step_number": _("step {step}"),
        "gradient_size": _("Size of a gradient component"),
        "zero_share": _("{share} of them are 0"),
        "effective_rate": _("Effective learning rate of a parameter"),
        "answered": _("Answered"),
        "truth": _("True class"),
        "pictures": _("{number} pictures"),
        "mistaken": _("{truth}, taken for {answer}"),
        "filter": _("Filter {number}"),
        "published": _("Published, not ours: {model} on {data}"),
        "entry": _("Entry"),
        "train_accuracy": _("Training accuracy"),
        "validation_accuracy": _("Validation accuracy"),
        "test_accuracy": _("Test accuracy"),
        "test_perplexity": _("Test perplexity"),
        "gap": _("Generalisation gap"),
        "spread": _("Spread over seeds"),
        "networks": _("Networks"),
        "diverged": _("Diverged"),
        "axis_line": _("Along the direction, in lengths of the filters"),
        "axis_slice": _("First direction"),
        "axis_slice_2": _("Second direction"),
        "axis_interpolation": _("From the first network (0) to the second (1)"),
        "axis_plane": _("From the first network to the second"),
        "axis_plane_2": _("At a right angle, to the third"),
        "axis_paths": _("First principal component"),
        "axis_paths_2": _("Second principal component"),
        "surface_of": _("The surface in 3D"),
        "map_of": _("The surface as a contour map"),
        "true": _("true"),
        "on_plane": _("on the plane"),
        "distance": _("distance from the plane"),
        "sharpness_eigenvalue": _("Largest eigenvalue of the Hessian"),
        "sharpness_epsilon_sharpness": _("Keskar's epsilon-sharpness, in percent"),
        "sharpness_highest": _("Rise of the loss within SAM's ball"),
        "eigenvalue": _("Eigenvalue of the Hessian"),
        "eigenvalue_density": _("Eigenvalues per unit"),
        "share_of_edge": _("Sharpness, as a share of the edge"),
        "edge": _("the edge of stability"),
        "truth_and_plane": _(
            "Lines: the truth. Markers: what the plane shows, larger the further away it is."
        ),
    }
