"""Under the policy of the server: everything works, and nothing from elsewhere does."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from tests.browser.driving import DESK, PATIENCE, READY, STILL, WITHOUT_3D, settled

ATTACK = """
async () => {
  const blocked = [];
  document.addEventListener("securitypolicyviolation", (event) => {
    blocked.push(event.effectiveDirective);
  });
  const load = (element, address) => new Promise((done) => {
    element.onload = () => done("loaded");
    element.onerror = () => done("blocked");
    element.src = address;
    document.body.append(element);
  });
  const image = await load(new Image(), "http://elsewhere.test:9/picture.png");
  const script = await load(document.createElement("script"), "http://elsewhere.test:9/script.js");
  const inline = document.createElement("script");
  inline.textContent = "window.pwned = 1";
  document.body.append(inline);
  document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.pwned = 2'>");
  let evaluated = "ran";
  try { (0, eval)("window.pwned = 3"); } catch (error) { evaluated = error.name; }
  let fetched = "loaded";
  try { await fetch("http://elsewhere.test:9/data"); } catch (error) { fetched = "blocked"; }
  await new Promise((done) => setTimeout(done, 300));
  return { image, script, evaluated, fetched, pwned: window.pwned ?? 0, blocked };
}
"""


def test_nothing_is_asked_elsewhere_and_what_is_injected_does_not_run(
    browser: Browser, server: str
) -> None:
    context = browser.new_context(viewport=DESK, **STILL)
    context.add_init_script(WITHOUT_3D)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    asked: list[str] = []
    fetched: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
    network = context.new_cdp_session(page)
    network.send("Network.enable")

    def received(told: dict[str, Any]) -> None:
        response = told["response"]
        if "/media/" in response["url"] and not response["fromDiskCache"]:
            fetched.append(response["url"])

    network.on("Network.responseReceived", received)
    page.goto(server)
    page.wait_for_function("globalThis.downhill_player?.updates >= 1")
    page.wait_for_selector(READY, state="attached")
    # Three reruns: the logo is in the browser by now, and is not fetched again.
    page.wait_for_timeout(300)
    before = len(fetched)
    slider = page.get_by_test_id("stSidebar").get_by_role("slider").first
    for _time in range(3):
        slider.press("ArrowRight")
        page.wait_for_timeout(300)
        settled(page)
    assert len(fetched) == before
    elsewhere = [address for address in asked if urlsplit(address).scheme in ("http", "https")]
    assert {urlsplit(address).netloc for address in elsewhere} == {urlsplit(server).netloc}
    assert errors == []

    found = page.evaluate(ATTACK)
    assert found.pop("pwned") == 0
    blocked = set(found.pop("blocked"))
    assert found == {
        "image": "blocked",
        "script": "blocked",
        "evaluated": "EvalError",
        "fetched": "blocked",
    }
    assert {"img-src", "script-src-elem", "script-src-attr", "connect-src"} <= blocked
    context.close()
