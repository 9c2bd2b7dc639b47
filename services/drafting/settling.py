"""Fills in what nobody needs to be asked, and tells what stands against a draft before anything is written."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS
from sqlalchemy.dialects.sqlite.base import SQLiteIdentifierPreparer

import models
from models.core.base import Base
from models.core.message import Message, _
from models.core.register import NUMBER, Register
from services.drafting import wording as words
from services.drafting.draft import CLOSED_AT, CLOSED_BY, ENTERED_AT, ENTERED_BY, KINDS, STATE, Draft, DraftField, against_roles
from services.drafting.wording import CHINESE, Said, Wording
from services.settings import PROJECT

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST_NAME = 30
MOST_LISTED = 7
# Names that a declaration uses for something else.
SPOKEN_FOR = (
    "about access carry clause closed column date datetime deadlines field fields get headings id intent key metadata misfits needed "
    "now parts reason registry rules set sheet slots state strays taken_over_as transition transitions"
)
IN_USE = frozenset(SPOKEN_FOR.split())
VAGUE = re.compile(r"util|helper|manager|misc|common|_search")
LATER = re.compile(r"预计|预约|计划|到期|有效|约定|截止|期限|归还|退还|离|完成|结束|答复|回复|回访|处理|出生|验收|复查")
WRITES = re.compile(r"登记人|记录人|填表人|填写人|经办人|值班|接待人")
ABOUT = re.compile(r"主题|标题|题目|事由|事项|内容|名称|物品|项目|原因|单位")
CLAUSE = re.compile(r"S\d( [A-Z]{2})? L?\d[\d. ,L-]*|S\d [\u4e00-\u9fff][\u4e00-\u9fff、\d. ]*|(DA|GB)/T \d[\d.-]*|§ ?\d[\d.]*")


def settle(draft: Draft, wording: Wording) -> None:
    """Give names to the fields, and choose the register's own moment, its subject, who wrote, what is listed, and its numbers."""
    draft.settle_rights()
    _tell_apart(draft)
    for each in draft.fields:
        each.key = each.key or _name(draft, each, wording)
    for each in draft.fields:
        if each.stands_for in ("moment", "subject"):
            setattr(draft, each.stands_for, each.key)
    _settle_moment(draft)
    _settle_writer(draft)
    if not draft.subject:
        writing = [each for each in draft.fields if each.kind in ("line", "text") and each.key != draft.known_by]
        spoken = next((each for each in writing if ABOUT.search(each.label.zh)), None)
        found = spoken or next(iter(writing), None) or next((each for each in draft.fields if each.personal), draft.fields[-1])
        draft.subject = found.key
    if not any(each.listed for each in draft.fields):
        _list(draft)
    draft.prefix = draft.prefix or _prefix(draft)


def _tell_apart(draft: Draft) -> None:
    """A column of a ledger may be called as something that every register has; then it says whose it is."""
    for each in draft.fields:
        if each.heading and each.label.zh in own_words():
            each.label = Said(f"{each.label.zh}（台账）", f"{each.label.en} (ledger)")


def _own_labels(draft: Draft) -> list[Said]:
    return [Said.of(NUMBER.label), Said.of(STATE), *(each.label for each in draft.own_fields)]


def own_words() -> set[str]:
    """What every register calls its own columns, in Chinese: no field may be called so."""
    return {label.zh for label in (Said.of(NUMBER.label), Said.of(STATE), Said.of(CLOSED_AT), Said.of(CLOSED_BY))}


def _name(draft: Draft, field: DraftField, wording: Wording) -> str:
    """A name for a field that no other has."""
    first = wording.key(field.label)
    taken = {each.key for each in (*draft.fields, *draft.own_fields)}
    tried = [first, f"own_{first}", *(f"{first}_{n}" for n in range(2, 99)), *(f"field_{n}" for n in range(1, 999))]
    return next(each for each in tried if each not in taken and against_field_name(each) is None)


def _settle_moment(draft: Draft) -> None:
    if draft.moment:
        return
    dated = [each for kind in ("moment", "day") for each in draft.fields if each.kind == kind and each.required]
    found = next((each for each in dated if not LATER.search(each.label.zh)), None)
    if found is None:
        found = DraftField(Said.of(ENTERED_AT), "moment", "entered_at", required=True)
        draft.fields.insert(0, found)
    draft.moment = found.key


def _settle_writer(draft: Draft) -> None:
    if draft.writer:
        return
    found = next((each for each in draft.fields if each.kind == "staff" and WRITES.search(each.label.zh)), None)
    if found is None:
        found = DraftField(Said.of(ENTERED_BY), "staff", "entered_by", required=True)
        draft.fields.append(found)
    draft.writer = found.key


def _list(draft: Draft) -> None:
    """Show in the list what a reader looks for first: when, about what, whose, and the words of closed lists."""
    wanted = [draft.moment, draft.subject]
    for kinds in (("person", "house"), ("pick",), ("line",), ("phone", "count", "money", "day", "tick")):
        wanted += [each.key for each in draft.fields if each.kind in kinds and each.key not in wanted]
    for key in wanted[:MOST_LISTED]:
        draft.field(key).listed = True


def _prefix(draft: Draft) -> str:
    """The letters before the numbers of the register: two initials of its title that no other register has."""
    taken = {register.about.number.partition("-")[0] for register in models.registers()}
    letters = words.initials(draft.title.zh) or "TZ"
    tried = [
        letters[:2],
        *(letters[0] + each for each in letters[2:]),
        letters[:3],
        letters[:4],
        *(f"{letters[:2]}{n}" for n in range(2, 99)),
    ]
    return next(each for each in tried if len(each) > 1 and each not in taken)


# What stands against it --------------------------------------------------------------------


def against(draft: Draft, wording: Wording) -> Iterator[Message]:
    """Everything that stands against a settled draft, each as a sentence."""
    found: list[Message | None] = [
        against_chapter(draft.chapter, draft.chapter_title is not None),
        against_name(draft.key),
        against_title(draft.title),
        against_clause(draft.clause),
        against_roles(draft.read),
        against_roles(draft.enter),
        *(wording.against(each.zh, each.en) for each in draft.labels),
        *(against_field_name(each.key) for each in draft.fields),
        *(_against_field(each) for each in draft.fields),
    ]
    yield from (each for each in found if each is not None)
    yield from _against_whole(draft)


def _against_whole(draft: Draft) -> Iterator[Message]:
    labels = [*(each.label for each in draft.fields), *_own_labels(draft)]
    lists: list[list[Any]] = [
        [each.zh for each in labels],
        [each.en for each in labels],
        [each.key for each in (*draft.fields, *draft.own_fields)],
    ]
    lists += [[each.zh for each in draft.states], [each.en for each in draft.states]]
    lists += [[word.zh for word in each.words] for each in draft.fields] + [
        [words.name(word.en) for word in each.words] for each in draft.fields
    ]
    for twice in ({each for each in said if said.count(each) > 1} for said in lists):
        for each in sorted(twice):
            yield _("“{word}” stands there twice.", word=each)
    english: dict[str, str] = {}
    for each in draft.labels:
        if english.setdefault(each.en, each.zh) != each.zh:
            yield _(
                "“{en}” is said for “{one}” and for “{other}”; choose other English words for one of them.",
                en=each.en,
                one=english[each.en],
                other=each.zh,
            )
    dated = [each.key for each in draft.fields if each.kind in ("moment", "day") and each.required]
    if draft.moment not in dated:
        yield _("The register's own moment “{key}” is no date that every record has.", key=draft.moment)
    if not draft.states or len(draft.steps) != len(draft.states) - 1:
        yield _("Between {n} states stand {steps} steps.", n=len(draft.states), steps=max(len(draft.states) - 1, 0))


def _against_field(field: DraftField) -> Message | None:
    if field.kind not in KINDS:
        return _("“{word}” is no kind of field. Known are: {known}", word=field.kind, known=", ".join(KINDS))
    if field.kind == "pick" and len(field.words) < 2:
        return _("The closed list “{label}” has fewer than two words.", label=field.label.zh)
    return None


def against_title(title: Said) -> Message | None:
    """Why a register cannot be called so; `None` when it can."""
    same = next((each for each in models.registers() if title.zh == each.about.title.say("zh") or title.en == each.about.title.text), None)
    return _("The register “{title}” stands on the shelf already, as {key}.", title=title.zh, key=same.key) if same else None


def against_clause(clause: str) -> Message | None:
    """Why this is no citation; `None` when it is one."""
    if CLAUSE.fullmatch(clause):
        return None
    return _("Cite the clause as docs/spec/README.md does, such as S3 KY 4.3.1 or S2 篇一 一.3; a rule of the office's own as § 4.2.")


def against_chapter(key: str, new: bool) -> Message | None:
    """Why there can be no such chapter; `None` when there can."""
    known = [chapter.key for chapter in models.shelf()]
    if key in known:
        return _("The chapter “{key}” is there already; its titles are not said again.", key=key) if new else None
    if not new:
        return _("There is no chapter “{key}”. Chapters: {known}. A new one needs its titles.", key=key, known=", ".join(known))
    if (PROJECT / "models" / key).exists() or (PROJECT / "models" / f"{key}.py").exists():
        return _("“{name}” is taken; choose another.", name=key)
    return _against_any_name(key)


def against_name(key: str) -> Message | None:
    """Why a register cannot have this key; `None` when it can."""
    wrong = _against_any_name(key)
    if wrong is not None:
        return wrong
    stems = {path.stem for folder in ("views", "templates") for path in (PROJECT / folder).rglob("*.*")}
    modules = {path.stem for path in (PROJECT / "models").rglob("*.py")}
    reserved = {each.lower() for each in (*RESERVED_WORDS, *SQLiteIdentifierPreparer.reserved_words)}
    classes = {_in_small_letters(each.__name__) for each in models.registers()}
    if key in stems | modules | reserved | classes | set(Base.metadata.tables):
        return _("“{name}” is taken; choose another.", name=key)
    return None


def _in_small_letters(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def against_field_name(key: str) -> Message | None:
    """Why a field cannot have this name; `None` when it can."""
    wrong = _against_any_name(key)
    if wrong is not None:
        return wrong
    return _("“{name}” is taken; choose another.", name=key) if key in IN_USE or hasattr(Register, key) else None


def _against_any_name(key: str) -> Message | None:
    if not NAME.fullmatch(key) or len(key) > LONGEST_NAME or keyword.iskeyword(key) or VAGUE.search(key) or CHINESE.search(key):
        return _("“{name}” is no name: write an English noun in small letters, such as visitor_pass.", name=key)
    return None
