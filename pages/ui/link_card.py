"""A link to copy and its QR code, which fills the screen on a click.

Copying has to happen within the click itself, so it is done in the browser; and it must work on
plain http, where a browser has no ``navigator.clipboard``: then the link is selected and copied
as a person would. The styles are in ``assets/styles.css``.
"""

from __future__ import annotations

import streamlit as st

SCRIPT = """
const cards = new WeakMap();

function make(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}

function button(className, ...children) {
  const made = make("button", className, ...children);
  made.type = "button";
  return made;
}

function build(root) {
  const link = make("textarea", "dh-link"), copy = button("dh-copy");
  Object.assign(link, { readOnly: true, rows: 2, spellcheck: false });
  link.addEventListener("focus", () => link.select());
  const said = make("p", "dh-said"), about = make("p", ""), warning = make("p", "dh-warning");
  said.setAttribute("role", "status");
  const small = make("img", "dh-code"), large = make("img", "dh-code");
  const enlarge = button("dh-enlarge", small);
  const address = make("p", "dh-address"), close = button("dh-close");
  const told = make("p", "");
  const screen = make("dialog", "dh-screen", close, large, address, told);
  const card = make("div", "dh-card", copy, said, link, enlarge, about, warning, screen);
  // No keys of the page below: Escape closes the code, and the code alone.
  screen.addEventListener("keydown", (event) => event.stopPropagation());
  enlarge.addEventListener("click", () => screen.showModal());
  screen.addEventListener("click", () => screen.close());
  root.append(card);
  return {
    link, copy, said, about, warning, small, large, enlarge, address, told, screen, close,
  };
}

// Whether the link is on the clipboard now. To be called within a click.
async function copied(link) {
  try {
    await navigator.clipboard.writeText(link.value);
    return true;
  } catch {
    // Not a secure page, or not allowed: as by hand.
    link.focus();
    link.setSelectionRange(0, link.value.length);
    return document.execCommand("copy");
  }
}

export default function ({ data, parentElement }) {
  if (!cards.has(parentElement)) cards.set(parentElement, build(parentElement));
  const card = cards.get(parentElement), { words } = data;
  if (card.link.value !== data.link) {
    card.link.value = data.link;
    card.said.textContent = "";
  }
  card.copy.textContent = words.copy;
  card.link.setAttribute("aria-label", words.link);
  card.copy.onclick = async () => {
    card.said.textContent = (await copied(card.link)) ? words.copied : words.by_hand;
  };
  card.enlarge.hidden = !data.picture;
  for (const image of [card.small, card.large]) {
    if (data.picture) image.src = data.picture;
    image.alt = words.code;
  }
  card.enlarge.title = words.enlarge;
  card.screen.setAttribute("aria-label", words.code);
  card.close.textContent = words.close;
  card.address.textContent = data.address;
  for (const place of [card.about, card.told]) place.textContent = data.about;
  card.warning.textContent = data.warning;
  card.warning.hidden = !data.warning;
}
"""

_component = st.components.v2.component("downhill_link_card", js=SCRIPT, isolate_styles=False)


def show_link_card(
    *,
    link: str,
    picture: str | None,
    address: str,
    about: str,
    warning: str,
    words: dict[str, str],
    key: str,
) -> None:
    """Show ``link`` with a button that copies it, and its code.

    ``picture`` is the code's address (None: no code), ``address`` what is written under it to be
    typed, ``about`` what the code opens, ``warning`` what stands in the way, or nothing. ``words``
    are ``copy copied by_hand link code enlarge close``. All of it is shown as plain text. ``key``
    is another one for each card of a page.
    """
    _component(
        key=key,
        data={
            "link": link,
            "picture": picture,
            "address": address,
            "about": about,
            "warning": warning,
            "words": words,
        },
    )
