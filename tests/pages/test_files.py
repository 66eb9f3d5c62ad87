"""Icons, packaged files, the cut font, and that our own sources ask no other host."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from fontTools.ttLib import TTFont
from pytest_django import Settings

from edu_csv.pages import fonts
from edu_csv.pages.finders import PACKAGED, PackagedFilesFinder
from edu_csv.pages.icons import DRAWINGS, UnknownIcon, icon_svg

STATIC = Path(settings.BASE_DIR) / "static"
TEMPLATES = Path(settings.BASE_DIR) / "templates"


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_icon_is_drawn_inline_and_hidden_from_readers(name: str) -> None:
    svg = icon_svg(name)
    assert svg.startswith(f'<svg class="i i-{name}" viewBox="0 0 16 16" aria-hidden="true"><path ')
    assert "{{" not in svg


def test_an_icon_outside_the_list_names_those_inside() -> None:
    with pytest.raises(UnknownIcon, match=r"expected one of arrow, .* got 'rocket'"):
        icon_svg("rocket")


def test_templates_ask_only_for_icons_of_the_list() -> None:
    asked = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% icon "([^"]+)"', path.read_text("utf-8"))
    }
    assert asked - DRAWINGS.keys() == set()


@pytest.mark.parametrize("name", PACKAGED)
def test_every_packaged_file_is_found(name: str) -> None:
    found = finders.find(name)
    assert isinstance(found, str)
    assert Path(found).stat().st_size > 1_000


def test_the_style_is_bootstrap_5_3() -> None:
    found = finders.find("vendor/bootstrap.min.css")
    assert isinstance(found, str)
    assert re.search(r"Bootstrap\s+v5\.3\.", Path(found).read_text("utf-8")[:200])


@pytest.mark.parametrize(
    "name",
    [
        "css/bootstrap.css",
        "django_htmx/htmx-4.min.js",
        "../settings/base.py",
        "vendor/../../manage.py",
        "fonts/../secret-key",
        "vendor/",
        "",
    ],
)
def test_other_files_of_the_packages_stay_out_of_reach(name: str) -> None:
    assert PackagedFilesFinder().find(name) == []


def test_only_the_listed_files_would_be_collected(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    listed = [name for name, _ in PackagedFilesFinder().list([])]
    assert listed == list(PACKAGED)
    assert PackagedFilesFinder().check() == []


def test_collected_files_are_those_of_the_packages(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("collectstatic", interactive=False, verbosity=0)
    for name in PACKAGED:
        found = finders.find(name)
        assert isinstance(found, str)
        assert (tmp_path / "static" / name).read_bytes() == Path(found).read_bytes()


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("fonts")
    fonts.cut(to)
    return to


def test_the_font_is_small_renamed_and_carries_its_licence(cut: Path) -> None:
    assert (cut / fonts.FONT).stat().st_size < 60_000
    font = TTFont(cut / fonts.FONT)
    names = {record.nameID: str(record) for record in font["name"].names}
    # The licence reserves "Plex"; only the copyright line may name its owner.
    assert [value for name, value in names.items() if "plex" in value.lower() and name not in {0, 13}] == []
    assert names[1] == names[4] == "Edu Text"
    assert "SIL Open Font License" in names[13]
    assert "SIL OPEN FONT LICENSE" in (cut / fonts.LICENCE).read_text("utf-8")


def test_the_font_spans_the_weights_and_widths_that_the_style_uses(cut: Path) -> None:
    font = TTFont(cut / fonts.FONT)
    axes = {axis.axisTag: (axis.minValue, axis.maxValue) for axis in font["fvar"].axes}
    assert axes == {"wght": (400, 700), "wdth": (88, 100)}
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert "zero" in features
    letters = font.getBestCmap()
    assert [
        letter
        for letter in "Stéphane Šárka Nguyễn Øystein Łukasz Ștefan → − “”"
        if ord(letter) not in letters
    ] == []


def test_without_the_cut_no_page_asks_for_it(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    assert not fonts.is_cut()
    assert finders.find("fonts/edu-text.woff2") is None


def test_the_command_cuts_once_and_says_where(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DATA_DIR = tmp_path
    call_command("cut_font")
    assert "Cut Edu Text" in capsys.readouterr().out
    assert fonts.is_cut()
    assert finders.find("fonts/edu-text.woff2") == str(tmp_path / "fonts" / "edu-text.woff2")
    call_command("cut_font")
    assert "there already" in capsys.readouterr().out


OTHER_HOST = re.compile(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[a-z0-9-]+\.[a-z]", re.IGNORECASE)


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.*")), ids=lambda path: path.name)
def test_our_own_files_ask_no_other_host(path: Path) -> None:
    assert OTHER_HOST.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_templates_name_no_other_host(path: Path) -> None:
    assert OTHER_HOST.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.js")), ids=lambda path: path.name)
def test_our_scripts_build_no_code_from_text(path: Path) -> None:
    assert (
        re.findall(r"\beval\(|new Function|innerHTML|document\.write|\.style\b", path.read_text("utf-8"))
        == []
    )


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_templates_never_mark_text_as_safe(path: Path) -> None:
    assert re.findall(r"\|\s*safe\b|autoescape off", path.read_text("utf-8")) == []
