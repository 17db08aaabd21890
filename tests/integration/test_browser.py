"""The report of the example archive in a real browser."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from framescope.data.corpus_files import EXAMPLE_ARCHIVE, SHIPPED_CORPUS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's package chromium")
#: A tag without an end survives the cleaning of fields and would be live in a careless page.
EVIL = "<img src=x onerror=\"document.title='owned'\" </script"
#: What else strangers may send: handlers, turned and endless words, formulas, addresses that run.
HOSTILE = (
    (
        "\"' onfocus=document.title='owned' autofocus <svg onload=document.title='owned'",
        "javascript:document.title='owned'",
    ),
    ("\u202egro.cbb\u202c \u2066x", "data:text/html,<script>document.title='owned'</script>"),
    ("W" * 400, "https://example.org/\"onmouseover=\"document.title='owned'"),
    ('=HYPERLINK("https://example.org")', "//example.org/x"),
    ("{{ 7 * 7 }} ${7*7} </style <style *{display:none}", "vbscript:x"),
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of the example archive and one hostile article."""
    folder = tmp_path_factory.mktemp("report")
    lines = EXAMPLE_ARCHIVE.read_text(encoding="utf-8").splitlines()
    hostile = {
        "id": EVIL, "outlet": EVIL, "url": "javascript:document.title='owned'", "title": EVIL,
        "published": "2023-03-03",
        "text": f"\U0001f680 Iran sends {EVIL} drones and shells to the Russian army for its war.",
    }  # fmt: skip
    archive = folder / "archive.jsonl"
    lines.append(json.dumps(hostile))
    lines += [
        json.dumps({"id": name, "outlet": name, "url": url, "title": name,
                    "published": f"2023-04-0{day}",
                    "text": f"{name} Iran sends drones and shells to Russia for its war."})
        for day, (name, url) in enumerate(HOSTILE, start=1)
    ]  # fmt: skip
    archive.write_text("\n".join(lines) + "\n", encoding="utf-8")
    corpus = sorted(SHIPPED_CORPUS.glob("*.jsonl"))[:3]
    program = Path(sys.executable).with_name("framescope")
    for arguments in (
        ["train", "--model", "linear", "--corpus", *corpus, "--output", folder / "bundle"],
        ["score", archive, "--bundle", folder / "bundle", "--output", folder / "scored"],
        ["compare", folder / "scored", "--output", folder / "report.html",
         "--explain-with", folder / "bundle", "--event", f"2023-03-01:{EVIL}"],
    ):  # fmt: skip
        subprocess.run([program, *map(str, arguments)], check=True, capture_output=True)
    return folder / "report.html"


@pytest.fixture
def page(report: Path) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda message: page.faults.append(message.text))
        page.on(
            "request", lambda r: page.faults.append(r.url) if r.url != report.as_uri() else None
        )
        page.route("**/*", lambda route: route.continue_()
                   if route.request.url.startswith("file:") else route.abort())  # fmt: skip
        page.goto(report.as_uri())
        page.faults.clear()
        page.reload()
        yield page
        browser.close()


def test_the_report_stands_alone_and_shows_its_charts(page: Any) -> None:
    assert page.title().startswith("Framescope report: Framing and stance")
    assert page.locator("figure.chart svg:visible").count() >= 5
    assert page.locator("#evidence tbody tr").count() > 10
    assert page.faults == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 1200


def test_every_chart_says_what_it_shows_and_what_not(page: Any) -> None:
    for figure in page.locator("figure.chart").all():
        told = figure.locator("figcaption").text_content()
        assert "cannot show" in told
        assert figure.locator("[role=img]").get_attribute("aria-label")
        assert figure.locator("svg a:not([tabindex='-1'])").count() == 0


def test_a_number_leads_to_its_sentences(page: Any) -> None:
    link = page.locator("td.n a:visible").first
    count = int(link.inner_text())
    link.click()
    assert page.locator("#found").inner_text().startswith(f"{count} of ")
    assert page.locator("#evidence tbody tr").count() == min(count, 50)
    assert page.locator("#f-outlet").input_value() != "-"


def test_the_views_are_chosen_without_a_script(report: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(report.as_uri())
        for view in ("originals", "clusters", "all"):
            page.check(f"#view-{view}")
            assert page.locator(f"#outlets ~ .view.{view}").is_visible()
            assert page.locator(f".view:not(.{view}):visible").count() == 0
        browser.close()


def test_a_figure_of_a_view_leads_to_the_sentences_of_that_view(page: Any) -> None:
    page.check("#view-originals")
    link = page.locator("td.n a:visible").first
    count = int(link.inner_text())
    link.click()
    assert page.locator("#f-view").input_value() == "1"
    assert page.locator("#found").inner_text().startswith(f"{count} of ")


def test_a_mark_in_a_chart_leads_to_its_sentences(page: Any) -> None:
    href = page.locator("figure.chart svg a").first.get_attribute("xlink:href")
    assert href.startswith("#/")
    page.evaluate("h => { location.hash = h }", href)
    page.wait_for_function("document.getElementById('f-frame').value !== '-'")


def test_words_filter_the_sentences(page: Any) -> None:
    page.fill("#f-words", "zzzz")
    assert page.locator("#found").inner_text().startswith("0 of ")
    assert page.locator("#evidence tbody tr").count() == 0


def test_hostile_text_stays_text(page: Any) -> None:
    for view in ("originals", "all"):
        page.check(f"#view-{view}")
        for mark in page.locator("figure.chart:visible svg a").all()[:5]:
            mark.dispatch_event("mouseover")
    while page.locator("#more").is_visible():
        page.click("#more")
    assert page.locator("img, iframe, object, embed").count() == 0
    handlers = "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
    assert not [n for n in page.evaluate(handlers) if n.startswith("on")]
    assert page.title().startswith("Framescope report")
    hrefs = page.evaluate(
        "[...document.querySelectorAll('a')].map(a => a.getAttribute('href') || '')"
    )
    assert not [h for h in hrefs if not h.startswith(("http://", "https://", "#")) and h]
    for name in (EVIL, HOSTILE[0][0], HOSTILE[2][0], HOSTILE[3][0], HOSTILE[4][0]):
        assert page.get_by_text(name, exact=False).count() > 0
    assert page.locator("header").is_visible()
    shown = page.evaluate("document.body.innerText")
    assert not set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
    assert page.faults == []


def test_the_files_beside_it_hold_no_formula(report: Path) -> None:
    import csv

    folder = report.with_name("report_files")
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                for cell in row:
                    assert not cell.startswith(("=", "+", "@", "\t"))
                    assert not cell.startswith("-") or float(cell) < 0


def test_print_shows_it_dark_on_light(page: Any) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("#filter").is_visible()
    assert page.locator("figure.chart svg:visible").count() >= 5


def test_the_page_has_landmarks_and_named_parts(page: Any) -> None:
    for landmark in ("header", "nav", "main", "footer"):
        assert page.locator(f"body > {landmark}").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert page.locator("section:not([aria-labelledby])").count() == 0
    assert page.locator("th:not([scope])").count() == 0


def test_the_words_that_carry_a_frame_are_marked(page: Any) -> None:
    page.fill("#f-words", "\U0001f680 Iran sends drones")
    row = page.locator("#evidence tbody tr").first
    sentence = row.locator("td").nth(2)
    marks = sentence.locator("mark").all_inner_texts()
    assert marks
    # An astral character before the words would shift offsets that count UTF-16 units.
    assert all(mark.isalpha() for mark in marks)
    assert sentence.inner_text().startswith("\U0001f680 Iran sends <img")
    named = " ".join(row.locator(".why").all_inner_texts())
    assert all(mark in named for mark in marks)


def test_a_chosen_frame_shows_its_own_words(page: Any) -> None:
    both = page.locator("#evidence tbody tr").filter(has=page.locator(".tag:nth-of-type(3)"))
    assert both.count() > 0
    text = both.first.locator("td").nth(2).inner_text()
    for frame in range(page.locator("#f-frame option").count() - 1):
        page.select_option("#f-frame", str(frame))
        row = page.locator("#evidence tbody tr").filter(has_text=text)
        title = page.locator("#f-frame option").nth(frame + 1).inner_text()
        if not row.count():
            continue
        spans = row.first.locator("td").nth(3).locator("span").all_inner_texts()
        own = spans[[s.startswith(title) for s in spans].index(True) + 1]
        marks = row.first.locator("td").nth(2).locator("mark").all_inner_texts()
        assert all(mark in own for mark in marks)


def test_a_phone_can_read_it(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
