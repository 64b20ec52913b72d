"""Symbols: a letter with what stands around it, as LaTeX and as parts that browsers typeset."""

from __future__ import annotations

from dataclasses import dataclass

LETTERS = {
    r"\alpha": "α",
    r"\beta": "β",
    r"\gamma": "γ",
    r"\Delta": "Δ",
    r"\epsilon": "ε",
    r"\eta": "η",
    r"\theta": "θ",
    r"\kappa": "κ",
    r"\lambda": "λ",
    r"\Lambda": "Λ",
    r"\mu": "μ",
    r"\Pi": "Π",
    r"\rho": "ρ",
    r"\sigma": "σ",
    r"\tau": "τ",
    r"\phi": "φ",
    r"\infty": "∞",
}
"""The LaTeX names of the letters that are used, with the letters themselves."""

ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~"}


@dataclass(frozen=True)
class Symbol:
    """One symbol of a formula.

    Attributes:
        letter: itself, or its name in LaTeX (backslash theta).
        sub, sup: what stands below and above to the right; several letters are a word.
        accent: "hat", "bar" or "tilde" over the letter, or nothing.
    """

    letter: str
    sub: str = ""
    sup: str = ""
    accent: str = ""

    @property
    def latex(self) -> str:
        """For KaTeX or a paper."""
        text = rf"\{self.accent}{{{self.letter}}}" if self.accent else self.letter
        if self.sub:
            text += f"_{{{_placed(self.sub)}}}"
        if self.sup:
            text += f"^{{{_placed(self.sup)}}}"
        return text

    def parts(self) -> dict[str, str]:
        """The characters to typeset: letter, sub, sup and accent; empty ones left out."""
        found = {
            "letter": LETTERS.get(self.letter, self.letter),
            "sub": LETTERS.get(self.sub, self.sub.replace("-", "\u2212")),
            "sup": LETTERS.get(self.sup, self.sup),
            "accent": ACCENTS.get(self.accent, ""),
        }
        return {name: text for name, text in found.items() if text}


def _placed(text: str) -> str:
    word = len(text) > 1 and text.isalnum()
    return rf"\mathrm{{{text}}}" if word else text
