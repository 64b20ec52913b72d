"""The family tree of optimizers, and the two teams with the lecture's advice."""

from __future__ import annotations

import streamlit as st

from optim_core import OPTIMIZERS, WRAPPERS
from pages.figures.exhibits import Branch, Leaf, family_tree
from pages.ui.choosing import worded
from pages.ui.exhibits.frame import show, source, theme
from pages.ui.words import _, listed, plain

LEAVES = (
    Leaf("sgd", 0.2, 0, 1847),
    Leaf("momentum", 0.2, 1, 1964),
    Leaf("nesterov", 0.2, 2, 1983),
    Leaf("adagrad", 1.9, 2.4, 2011),
    Leaf("adadelta", 1.75, 3.5, 2012),
    Leaf("rmsprop", 2.9, 3.5, 2012),
    Leaf("adam", 2.3, 4.6, 2015),
    Leaf("nadam", 1.65, 5.7, 2016),
    Leaf("adamax", 2.95, 5.7, 2015),
    Leaf("adamw", 1.65, 6.7, 2017),
    Leaf("sgdw", 0.75, 6.7, 2017),
    Leaf("swats", 2.95, 6.7, 2017),
    Leaf("amsgrad", 1.65, 7.7, 2018),
    Leaf("adabound", 2.95, 7.7, 2019),
    Leaf("radam", 2.1, 8.7, 2020),
    Leaf("amsbound", 2.95, 8.7, 2019),
    Leaf("lookahead", 0.3, 8.7, 2019),
)
"""Column and row of each box, with the year it was published."""


def branches() -> list[Branch]:
    """Who mends what in whom."""
    return [
        Branch("sgd", "momentum", _("keeps moving where the gradient is small")),
        Branch("momentum", "nesterov", _("looks ahead before it brakes")),
        Branch("sgd", "adagrad", _("a rate of its own for each parameter")),
        Branch("adagrad", "adadelta", _("forgets, and needs no learning rate")),
        Branch("adagrad", "rmsprop", _("forgets old gradients, so steps can grow again")),
        Branch("momentum", "adam", _("lends it the direction")),
        Branch("rmsprop", "adam", _("adds momentum and corrects the bias of the start")),
        Branch("adam", "nadam", _("adds Nesterov's look ahead")),
        Branch("adam", "adamax", _("scales by the largest recent gradient")),
        Branch("adam", "adamw", _("takes weight decay out of the scaling")),
        Branch("momentum", "sgdw", _("takes weight decay out of the velocity")),
        Branch("adam", "swats", _("hands over to SGD late in training")),
        Branch("adam", "amsgrad", _("never forgets its largest gradient")),
        Branch("adam", "adabound", _("squeezes every rate towards SGD's")),
        Branch("adam", "radam", _("waits until its scaling can be trusted")),
        Branch("adabound", "amsbound", _("adds AMSGrad's memory")),
        Branch("sgdw", "lookahead", _("goes around any of them, and pulls it back")),
    ]


def show_family() -> None:
    """The tree, and the same as a list."""
    found = branches()
    drawn = [branch for branch in found if branch.younger != "lookahead"]
    show(
        "family",
        _("Family tree of optimizers"),
        _(
            "An arrow leads from an optimizer to one that mends something in it: SGD, momentum and "
            "Nesterov on the left, from Adagrad to AdaBound on the right. Lookahead goes around "
            "any of them."
        ),
        lambda: family_tree(LEAVES, drawn, (_("Team SGD"), _("Team Adam")), theme()),
    )
    with st.expander(_("As a list: who mends what in whom")):
        for branch in found:
            spec = OPTIMIZERS.get(branch.younger)
            title = _(spec.title) if spec else _(WRAPPERS[branch.younger].title)
            told = _("{title}: {mends}").format(title=title, mends=branch.mends)
            if spec:
                told = _("{title}, from {older}: {mends}").format(
                    title=title, older=_(OPTIMIZERS[branch.older].title), mends=branch.mends
                )
            st.markdown(f"- {plain(told)}")
    source(_("the paper of each optimizer, named on its card in the playground"))


TASKS = {
    "image": "SGD",
    "segmentation": "SGD",
    "detection": "SGD",
    "text": "Adam",
    "speech": "Adam",
    "gan": "Adam",
    "rl": "Adam",
}
"""The lecture's advice."""


def show_teams() -> None:
    """Both teams, and what the lecture advises for a task to choose."""
    teams: dict[str, list[str]] = {"SGD": [], "Adam": []}
    for spec in OPTIMIZERS.values():
        teams[spec.family].append(_(spec.title))
    left, right = st.columns(2)
    with left, st.container(border=True):
        st.markdown(f"**{plain(_('Team SGD'))}**")
        st.markdown(plain(listed(teams["SGD"])))
        st.markdown(
            plain(
                _(
                    "The lecture: slow at first, steady, converges well, with a smaller gap "
                    "between training and test."
                )
            )
        )
    with right, st.container(border=True):
        st.markdown(f"**{plain(_('Team Adam'))}**")
        st.markdown(plain(listed(teams["Adam"])))
        st.markdown(
            plain(
                _(
                    "The lecture: fast at first, may fail to converge, less steady, with a larger "
                    "gap."
                )
            )
        )
    titles = {
        "image": _("Image classification"),
        "segmentation": _("Segmentation"),
        "detection": _("Object detection"),
        "text": _("Text: question answering, translation, summaries"),
        "speech": _("Speech synthesis"),
        "gan": _("Generative adversarial networks"),
        "rl": _("Reinforcement learning"),
    }
    task = st.selectbox(
        _("What do you want to train?"),
        list(titles),
        format_func=lambda key: titles[key],
        key=worded("exhibit.teams.task"),
    )
    advice = {
        "SGD": _("The lecture's advice: SGD with momentum, with a schedule for its rate."),
        "Adam": _("The lecture's advice: Adam or one of its kin."),
    }
    st.info(plain(advice[TASKS[task]]), icon=":material/tips_and_updates:")
    st.markdown(
        plain(
            _(
                "This is what people used in 2020, not a law: no optimizer is best everywhere, and "
                "the published curves disagree with some of it."
            )
        )
    )
    source("簡仲明, ML 2020 (TA lecture)")
