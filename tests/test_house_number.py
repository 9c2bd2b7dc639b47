"""One flat has one key, however it is written; and what is no flat is no error."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.core.house_number import LONGEST, building_key, building_of, house_key

FIGURES = "〇一二三四五六七八九"
WAYS = (
    "{b}栋{s}单元{r}",
    "{b}幢{s}单元{r}室",
    "{b}座{s}门{r}",
    "{b}号楼{s}单元{r}房",
    "{b}号楼{s}梯{r}号",
    "{b}楼{s}单元{r}",
    "{b}#{s}单元{r}",
    "{b}#-{s}-{r}",
    "{b}#{s}-{r}",
    "{b}-{s}-{r}",
    "{b}—{s}—{r}",
    "{b} {s} {r}",
    "{b} 栋 {s} 单元 {r}",
    "{b}/{s}/{r}",
    "0{b}栋0{s}单元0{r}",
    "第{b}栋第{s}单元{r}室",
    "{b}栋（{s}单元）{r}",
)
SHORT_WAYS = ("{b}栋{r}", "{b}#-0{r}", "{b}-{r}", "{b}号{r}室", "{b}幢{r}号房", "{b}座-{r}")

buildings, stairs, storeys, rooms = st.integers(1, 199), st.integers(1, 9), st.integers(1, 40), st.integers(1, 12)


def full_width(written: str) -> str:
    """Latin letters, figures and signs in the width of Chinese characters."""
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in written)


def in_chinese(number: int) -> str:
    """A number below a hundred as it is spoken: 12 is 十二."""
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else FIGURES[tens]) + "十" if tens else "") + (FIGURES[ones] if ones else "")


@given(buildings, stairs, storeys, rooms, st.sampled_from(WAYS), st.booleans())
def test_all_writings_of_a_flat_have_one_key(building, stair, storey, room, way, wide):
    written = way.format(b=building, s=stair, r=f"{storey}{room:02}")
    assert house_key(full_width(written) if wide else written) == f"{building}-{stair}-{storey}{room:02}"


@given(buildings, storeys, rooms, st.sampled_from(SHORT_WAYS), st.booleans())
def test_a_building_without_stairs_is_written_in_as_many_ways(building, storey, room, way, wide):
    written = way.format(b=building, r=f"{storey}{room:02}")
    assert house_key(full_width(written) if wide else written) == f"{building}-{storey}{room:02}"


@given(st.integers(1, 99), st.integers(1, 9), storeys, rooms)
def test_figures_may_be_chinese(building, stair, storey, room):
    door = f"{storey}{room:02}"
    spoken = "".join(FIGURES[int(figure)] for figure in door)
    assert house_key(f"{in_chinese(building)}栋{in_chinese(stair)}单元{spoken}室") == f"{building}-{stair}-{door}"


@given(
    buildings, stairs, storeys, rooms, st.sampled_from(("{b}栋{s}单元{t}层{r:02}", "{b}栋{s}单元{t}楼{t}{r:02}室", "{b}-{s}-{t}层0{r:02}"))
)
def test_the_storey_may_be_told_apart(building, stair, storey, room, way):
    assert house_key(way.format(b=building, s=stair, t=storey, r=room)) == f"{building}-{stair}-{storey}{room:02}"


flats = st.tuples(buildings, stairs, storeys, rooms)


@given(flats, flats, st.sampled_from(WAYS), st.sampled_from(WAYS))
def test_two_flats_never_have_one_key(one, other, way, other_way):
    first, second = (
        house_key(written.format(b=flat[0], s=flat[1], r=f"{flat[2]}{flat[3]:02}")) for flat, written in ((one, way), (other, other_way))
    )
    assert (first == second) == (one == other)


@given(st.text())
def test_any_text_has_a_key_that_fits_its_column_or_none(written):
    key = house_key(written)
    assert key is None or 0 < len(key) <= LONGEST
    assert written.strip() or key is None


@given(st.text(alphabet="0123456789ABab栋幢座号楼单元门层室房#-一二十期区商铺 ０１", max_size=30))
def test_a_key_is_its_own_key(written):
    key = house_key(written)
    assert house_key(key) == key


@given(st.text(alphabet="栋单元室0123456789ab#-", max_size=20))
def test_full_and_half_width_are_alike(written):
    assert house_key(written) == house_key(full_width(written)) == house_key(unicodedata.normalize("NFKC", written))


@pytest.mark.parametrize(
    ("written", "key", "building", "named"),
    [
        ("3栋2单元1202", "3-2-1202", "3", "3栋"),
        ("19#-0201", "19-201", "19", "19#"),
        ("3-2-1202", "3-2-1202", "3", "3栋"),
        ("3号楼1202", "3-1202", "3", "3号楼"),
        ("A座1201", "a-1201", "a", "A座"),
        ("一期3栋1202", "1期3-1202", "1期3", "一期3栋"),
        ("B区3幢1单元0101", "b区3-1-101", "b区3", "B区3幢"),
        ("3栋1202A", "3-1202a", "3", "3栋"),
        ("1202室", "1202", None, None),
        ("18号", "18", None, None),
        ("3栋", "3", None, None),
        ("1号配电房", "1号配电房", None, None),
        ("二次供水泵房", "二次供水泵房", None, None),
        ("5栋屋面检修口", "5屋面检修口", None, None),
    ],
)
def test_the_building_is_read_off_the_number_where_it_names_one(written, key, building, named):
    assert house_key(written) == key
    assert building_key(key) == building
    assert building_of(written) == named


def test_nothing_has_no_key():
    assert house_key(None) is house_key("") is house_key("　") is None
