"""Houses and households: brought in from the office's own list, matched by the house number, counted as of a day."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from sqlalchemy import NullPool, create_engine, event, select

import models
from models.complaints import Complaint
from models.core.access import Refused
from models.core.session import today
from models.core.validity import Invalid
from models.houses import Building, Household, Person, Unit
from services import bookkeeping, houses, relations
from services.exchange import reading
from services.exchange.imports import take_over
from tests.make import make
from tests.walk import said

LIST = ("序号", "房号", "业主姓名", "联系电话", "建筑面积", "户型", "入住日期", "身份证号", "备注")
ROWS = (
    ("1", "3栋2单元1202", "李雪梅", "13802564712", "128.56", "三室两厅", "2019-05-01", "430102199001011234", ""),
    ("2", "3-2-1203", "王建国", "13902217365", "89.6", "两室两厅", "2021/8/15", "护照 G12345678", "常年出差"),
    ("3", "19#-0201", "赵丽", "13723456120", "", "", "2020.1.1", "", ""),
)


def written(rows=ROWS, headings=LIST) -> bytes:
    """A list of owners as an office keeps it."""
    out = io.StringIO()
    csv.writer(out).writerows([headings, *rows])
    return out.getvalue().encode("utf-8-sig")


@pytest.fixture
def taken(acting_as, site):
    """`taken(rows)`: what becomes of a list that the supervisor imports into the households, or into another register."""

    def take(rows=ROWS, headings=LIST, register=Household):
        with acting_as("cs_supervisor") as session:
            return take_over(session, register, site, written(rows, headings), "业主清册.csv")

    return take


def all_of(session, register):
    """All records of a register, the oldest first; the session lets go of the database, so that others may write."""
    found = session.execute(select(register).order_by(register.id)).scalars().all()
    session.commit()
    return found


# From the office's own list ----------------------------------------------------------------


def test_one_list_fills_households_units_buildings_and_persons(taken, session):
    result = taken()
    assert (result.added, result.skipped, result.refused, result.problems) == (3, 0, 0, [])
    assert result.unknown_columns == ["序号"]
    households, units, persons = all_of(session, Household), all_of(session, Unit), all_of(session, Person)
    assert [each.house_key for each in households] == ["3-2-1202", "3-2-1203", "19-201"]
    assert [(each.house, each.area, each.layout, each.state, each.lived_in) for each in units] == [
        ("3栋2单元1202", "128.56", "三室两厅", "handed_over", True),
        ("3-2-1203", "89.6", "两室两厅", "handed_over", True),
        ("19#-0201", None, None, "handed_over", True),
    ]
    assert [each.name for each in all_of(session, Building)] == ["3栋", "19#"]
    assert [each.building.name for each in units] == ["3栋", "3栋", "19#"]
    assert [(each.name, each.relation, each.identity, each.household.number) for each in persons] == [
        (who, "head", proof, household.number)
        for who, proof, household in zip(("李雪梅", "王建国", "赵丽"), ("身份证 1234", "护照 5678", None), households, strict=True)
    ]
    assert all(each.taken_over for each in (*households, *units, *persons))


def test_the_same_list_again_adds_nothing_however_the_houses_are_written(taken, session):
    taken()
    again = [
        (serial, written, *rest) for (serial, _house, *rest), written in zip(ROWS, ("３＃2-1202", "3幢2单元1203室", "19栋201"), strict=True)
    ]
    result = taken(again)
    assert (result.added, result.skipped) == (0, 3)
    assert [len(all_of(session, each)) for each in (Household, Unit, Building, Person)] == [3, 3, 2, 3]


def test_another_name_or_another_day_is_another_household_of_the_same_unit(taken, session):
    taken()
    later = ("4", "3栋2单元1202", "李雪梅", "13802564712", "", "", "2024-05-01", "", "")
    other = ("5", "3栋2单元1202", "周凯", "13802566471", "", "", "2019-05-01", "", "")
    assert taken((later, other)).added == 2
    assert len(all_of(session, Household)) == 5
    assert len(all_of(session, Unit)) == 3


def test_a_list_without_the_day_of_moving_in_counts_from_its_import_and_is_known_again(taken, session, clock):
    headings = ("房号", "业主姓名", "电话")
    rows = [(house, name, phone) for _serial, house, name, phone, *_rest in ROWS]
    assert taken(rows, headings).added == 3
    assert {each.moved_in_on for each in all_of(session, Household)} == {today()}
    clock.go_on(days=9)
    assert taken(rows, headings).skipped == 3


def test_a_row_without_its_day_is_told_and_not_guessed(taken, session):
    result = taken((*ROWS[:1], ("2", "3-2-1203", "王建国", "", "", "", "", "", "")))
    assert result.added == 1
    assert [(each.row, each.column.split()[-1]) for each in result.problems] == [(3, "入住日期")]


def test_a_row_whose_proof_of_identity_cannot_be_read_leaves_nothing_behind(taken, session):
    result = taken((("1", "3栋2单元1202", "李雪梅", "", "", "", "2019-05-01", "身份证 4301021990010112341234567890", ""),))
    assert [each.column.split()[-1] for each in result.problems] == ["身份证号"]
    assert [len(all_of(session, each)) for each in (Household, Unit, Building, Person)] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("430102199001011234", "身份证 1234"),
        ("43010219900101123x", "身份证 123X"),
        ("身份证：４３０１０２１９９００１０１１２３４", "身份证 1234"),
        ("430102******1234", "证件 1234"),
        ("护照 G12345678", "护照 5678"),
        ("身份证 1234", "身份证 1234"),
        ("无", None),
        ("", None),
        (None, None),
    ],
)
def test_of_an_identity_number_the_last_four_characters_are_kept(cell, kept):
    assert reading.identity(cell) == kept


def test_an_identity_number_that_excel_has_rounded_is_refused():
    with pytest.raises(reading.Unreadable):
        reading.identity(4.30102199001011e17)


def test_units_may_come_first_from_the_same_list(taken, session):
    assert taken(register=Unit).added == 3
    assert next((each.house_key, each.area, each.state, each.lived_in) for each in all_of(session, Unit)) == (
        "3-2-1202",
        "128.56",
        "with_developer",
        False,
    )
    assert taken().added == 3
    assert next((each.state, each.lived_in, each.handed_over_on) for each in all_of(session, Unit)) == (
        "handed_over",
        True,
        date(2019, 5, 1),
    )
    assert len(all_of(session, Unit)) == 3
    assert taken(register=Unit).skipped == 3


def test_a_list_of_persons_finds_their_household_by_the_house(taken, session):
    taken()
    persons = (
        ("3号楼2单元1202室", "周子涵", "子女", "2012-08"),
        ("3栋2单元1202", "李雪梅", "户主", ""),
        ("9栋1单元0101", "某人", "配偶", ""),
    )
    result = taken([each[:3] for each in persons], ("房号", "姓名", "与户主关系"), Person)
    assert (result.added, result.skipped, result.refused) == (1, 1, 1)
    child = session.execute(select(Person).where(Person.relation == "child")).scalar_one()
    assert child.household.householder == "李雪梅"


def test_a_list_of_persons_means_the_household_that_lives_there_now(taken, session):
    headings = ("房号", "业主姓名", "入住日期", "迁出日期")
    taken((("3栋2单元1202", "邱明", "2019-05-01", "2023-01-31"), ("3栋2单元1202", "姚志刚", "2023-03-01", "")), headings)
    assert [each.state for each in all_of(session, Household)] == ["moved_out", "living"]
    assert taken((("3-2-1202", "姚小妹", "子女"),), ("房号", "姓名", "与户主关系"), Person).added == 1
    assert session.execute(select(Person).where(Person.name == "姚小妹")).scalar_one().household.householder == "姚志刚"


# By hand -------------------------------------------------------------------------------------


def test_a_unit_is_entered_once_however_its_number_is_written(books):
    make(books, Unit, house="3栋2单元1202")
    with pytest.raises(Invalid) as again:
        make(books, Unit, house="3-2-1202")
    assert set(again.value.problems) == {"house"}
    void = make(books, Unit, house="3栋2单元1203")
    bookkeeping.void(books, void, "写错了")
    make(books, Unit, house="3＃2-1203")


def test_a_building_is_entered_once_and_found_by_its_units(books):
    building = make(books, Building, name="3号楼")
    with pytest.raises(Invalid):
        make(books, Building, name="三栋")
    assert make(books, Unit, house="3栋2单元1202").building_id == building.id
    assert make(books, Unit, house="二次供水泵房1").building_id is None


def test_a_household_that_goes_to_another_house_takes_its_unit_along(books):
    row = make(books, Household, house="3栋2单元1202", householder="李雪梅")
    bookkeeping.correct(books, row, {"house": "5栋1单元0903", "householder": "李雪梅芳"}, row.version)
    assert {each.house_key: each.lived_in for each in all_of(books, Unit)} == {"3-2-1202": False, "5-1-903": True}
    assert [each.name for each in all_of(books, Person)] == ["李雪梅芳"]


def test_who_moves_out_leaves_the_unit_vacant_and_takes_the_family_along(books):
    row = make(books, Household, house="3栋2单元1202", moved_in_on=date(2020, 1, 1))
    make(books, Person, household=row.id, relation="child", since=date(2020, 1, 1))
    unit = all_of(books, Unit)[0]
    assert unit.lived_in
    with pytest.raises(Invalid) as early:
        bookkeeping.move(books, row, "move_out", {"moved_out_on": date(2019, 1, 1)})
    assert set(early.value.problems) == {"moved_out_on"}
    books.refresh(row)
    bookkeeping.move(books, row, "move_out", {"moved_out_on": date(2026, 1, 31)})
    assert not unit.lived_in
    assert {(each.state, each.left_on) for each in all_of(books, Person)} == {("left", date(2026, 1, 31))}


def test_a_void_household_leaves_no_unit_lived_in_and_no_person(books):
    row = make(books, Household, house="3栋2单元1202")
    bookkeeping.void(books, row, "重复登记")
    assert [each.lived_in for each in all_of(books, Unit)] == [False]
    assert [each.void_reason for each in all_of(books, Person)] == ["重复登记"]


def test_the_same_householder_is_not_entered_twice(books):
    make(books, Household, house="3栋2单元1202", householder="李雪梅")
    with pytest.raises(Invalid) as again:
        make(books, Household, house="3-2-1202", householder="李雪梅")
    assert set(again.value.problems) == {"householder"}


@pytest.mark.parametrize(
    ("birthday", "allowed", "right"),
    [("03-08", True, True), ("02-30", True, False), ("1988-03-08"[:5], True, False), ("03-08", False, False)],
)
def test_a_birthday_is_month_and_day_and_kept_by_leave_alone(books, birthday, allowed, right):
    row = make(books, Person)
    told = {"birthday": birthday, "birthday_allowed": allowed}
    if right:
        assert bookkeeping.correct(books, row, told, row.version).birthday == birthday
        return
    with pytest.raises(Invalid) as wrong:
        bookkeeping.correct(books, row, told, row.version)
    assert set(wrong.value.problems) == {"birthday"}


# As of a day ---------------------------------------------------------------------------------


def test_occupied_units_are_those_with_a_household_at_the_end_of_the_day(books, site):
    first = make(books, Household, house="3栋2单元1202", householder="甲", moved_in_on=date(2025, 1, 10))
    make(books, Household, house="3-2-1202", householder="乙", moved_in_on=date(2025, 6, 1))  # a second household of the same unit
    make(books, Household, house="5栋1单元0903", moved_in_on=date(2025, 6, 1))
    bookkeeping.void(books, make(books, Household, house="9栋1单元0101", moved_in_on=date(2025, 1, 1)), "写错了")
    bookkeeping.move(books, first, "move_out", {"moved_out_on": date(2025, 3, 31)})
    days = {date(2025, 1, 9): 0, date(2025, 1, 10): 1, date(2025, 3, 30): 1, date(2025, 3, 31): 0, date(2025, 6, 1): 2}
    assert {day: houses.occupied(books, site, day) for day in days} == days
    assert houses.occupied(books, site, date(2025, 6, 1), all_of(books, Building)[0]) == 1
    assert houses.units(books, site) == 3


def test_nobody_counts_households_whom_the_role_may_not_read(acting_as, site, other_site):
    with acting_as("security") as session, pytest.raises(Refused):
        houses.occupied(session, site, today())
    with acting_as("cs_supervisor") as session, pytest.raises(Refused):
        houses.occupied(session, other_site, today())


def test_the_console_counts_them(app, acting_as):
    with acting_as("cs_supervisor") as session:
        make(session, Household, house="3栋2单元1202", moved_in_on=date(2025, 1, 10))
        make(session, Unit, house="3栋2单元1203")
    counted = app.test_cli_runner().invoke(args=["households", "--site", "TEST", "--on", "2025-01-10", "--json"])
    assert json.loads(counted.stdout) == {"site": "TEST", "on": "2025-01-10", "units": 2, "occupied": 1}
    before = app.test_cli_runner().invoke(args=["households", "--site", "TEST", "--on", "2025-01-09"])
    assert "2" in before.stdout and "0" in before.stdout


# One click apart -----------------------------------------------------------------------------


class Statements:
    """The statements that a block sends to the database."""

    def __init__(self, engine):
        self.engine, self.sent = engine, []

    def __enter__(self):
        event.listen(self.engine, "before_cursor_execute", self._keep)
        return self.sent

    def __exit__(self, *_wrong):
        event.remove(self.engine, "before_cursor_execute", self._keep)

    def _keep(self, connection, cursor, statement, *_rest):
        self.sent.append(statement)


def test_all_books_of_a_house_and_all_that_belongs_to_a_record_are_asked_in_one_statement_each(office, engine):
    with office.acting_as("cs_supervisor") as session:
        household = make(session, Household, house="3栋2单元1202")
        complaints = [make(session, Complaint, house=written) for written in ("3-2-1202", "3＃2-1202", "3幢2单元1202室", "3栋2门1202")]
        make(session, Complaint, house="3栋2单元1203")
        unit = session.execute(select(Unit)).scalars().first()
        session.commit()
        session.connection()
        with Statements(engine) as sent:
            books = {book.register.key: book for book in houses.books_of(session, office.site.id, unit.house_key, "cs_supervisor", unit)}
        assert len(sent) == 1
        assert books["complaint"].many == 4
        assert [each.id for each in books["complaint"].newest] == [each.id for each in complaints[:0:-1]]
        assert (books["household"].many, books["person"].many) == (1, 1)
        assert "unit" not in books
        with Statements(engine) as sent:
            found = relations.related(session, complaints[0], "cs_supervisor")
        assert len(sent) == 1
        assert {each.register.key for each in found} >= {"unit", "complaint_handling"}
        own = {book.register.key for book in houses.books_of(session, office.site.id, unit.house_key, "cs_supervisor", household)}
        assert "household" not in own


def test_a_role_sees_of_a_house_what_it_may_read_and_a_site_what_is_its_own(office):
    with office.acting_as("cs_supervisor") as session:
        make(session, Household, house="3栋2单元1202")
        make(session, Complaint, house="3-2-1202")
        unit = session.execute(select(Unit)).scalars().one()
    with office.acting_as("cs_supervisor", office.other_site) as session:
        make(session, Complaint, office.other_site, house="3-2-1202")
    with office.acting_as("security") as session:
        books = houses.books_of(session, office.site.id, unit.house_key, "security", session.get_one(Unit, unit.id))
        assert {book.register.key: book.many for book in books}["complaint"] == 1
        assert not {"household", "person"} & {book.register.key for book in books}


def test_the_page_of_a_unit_shows_its_books_and_that_of_a_building_how_many_are_lived_in(office):
    with office.acting_as("cs_supervisor") as session:
        household = make(session, Household, house="3栋2单元1202", householder="欧阳雪梅")
        complaint = make(session, Complaint, house="3-2-1202")
        unit = session.execute(select(Unit)).scalars().one()
        building = session.execute(select(Building)).scalars().one()
        session.commit()
    browser = office.client_as("cs_supervisor")
    for page in (f"unit/{unit.id}", f"household/{household.id}"):
        text = said(browser.get(f"/register/{page}/"))
        assert "本房屋的记录" in text
        assert complaint.number in text
    assert f'href="/register/unit/{unit.id}/"' in said(browser.get(f"/register/complaint/{complaint.id}/"))
    assert "今日有人居住" in said(browser.get(f"/register/building/{building.id}/"))
    guard = said(office.client_as("security").get(f"/register/unit/{unit.id}/"))
    assert household.number not in guard
    assert "欧阳" not in guard


# The demonstration house ---------------------------------------------------------------------


def test_every_flat_of_the_demonstration_house_stands_in_the_list_of_units(demonstration):
    books = create_engine(f"sqlite:///{demonstration / 'taizhang.db'}", poolclass=NullPool)
    with books.connect() as connection:
        known = set(connection.execute(select(Unit.__table__.c.house_key)).scalars())
        strange = {
            (register.key, house)
            for register in models.registers()
            for field in register.houses()
            if field.whole
            for house, key in connection.execute(select(register.__table__.c[field.column], register.__table__.c[field.match]))
            if key and key not in known
        }
    assert len(known) > 30
    assert not strange, "Enter these flats in services/demo/houses.py."
