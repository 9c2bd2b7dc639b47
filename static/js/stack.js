/* Enters a stack of forms by keyboard: one key a question, Enter saves; a scanner, which types an address and Enter, opens the next. */
import { all, one, say, typing } from "./page.js";
import { toast } from "./toasts.js";

const SCANNED = /(?:https?:\/\/\S+\/survey\/f\/)?([A-Z]{2}-[A-Z0-9]+-\d{4}-\d{5,})\s*$/i; // at the end of what was typed
/* What a scanner may have typed so far: the beginning of an address or of a number. No letter with a figure behind it is one. */
const BEGUN = /^(?:h(?:t(?:t(?:ps?(?::\/{0,2}\S*)?)?)?)?|[a-z]{1,2}|[a-z]{2}-[a-z0-9]*(?:-\d*){0,2})$/i;

const scan = one("[data-scan]");
const box = scan && one("input[name=form]", scan);
const sheet = one("[data-stack]");
const questions = sheet ? all("[data-question]", sheet) : [];
const opinion = sheet && one("[data-opinion]", sheet);
let before = "";
let warned = false;
let scanned = ""; // what a scanner has typed so far while a row of boxes had the keys

/** What stands in the form, without the token. */
const content = () => [...new FormData(sheet)].filter(([name]) => name !== "csrf_token").join("\n");
const said = () => [...new FormData(sheet)].some(([name, value]) => /^(q\d+|spoilt)$/.test(name) && String(value).trim());

/** The control of a question that takes the keys: its ticked box, its first one, or its lines. */
const control = (question) => one(":checked", question) ?? one("input, textarea", question);

function go(to) {
  const next = to < questions.length ? control(questions[Math.max(0, to)]) : opinion;
  next.focus();
  next.closest("[data-question], label").scrollIntoView({ block: "nearest" });
}

const here = () => questions.findIndex((question) => question.contains(document.activeElement));

function save(then = "") {
  if (!said() && !warned && !then) {
    warned = true;
    toast(sheet.dataset.nothing, "refused");
    go(0); // what is typed now ticks, and does not go into the opinion
    return;
  }
  one("[name=then]", sheet).value = then;
  sheet.requestSubmit();
}

/** The next sheet was scanned: what stands here is saved first. */
function follow(number) {
  if (content() !== before) {
    save(number);
  } else {
    box.value = number;
    scan.submit();
  }
}

function tick(event, question) {
  const wanted = event.key === " " ? "0" : event.key;
  const found = all("[data-key]", question).find((each) => each.dataset.key === wanted);
  if (!found) return false;
  found.checked = true;
  found.dispatchEvent(new Event("input", { bubbles: true }));
  go(here() + 1);
  return true;
}

/** A key that belongs to what a scanner types; a stray letter is none, and the key behind it does what it always does. */
function onScan(key) {
  if (key === "Enter" && scanned) {
    const typed = scanned;
    const next = typed.match(SCANNED);
    scanned = "";
    if (next) follow(next[1]);
    else toast(say(sheet.dataset.unread, { typed }), "refused");
    return true;
  }
  if (key === "Shift") return false;
  if (key.length > 1) {
    scanned = "";
    return false;
  }
  const begun = (scanned || /[a-wyz]/i.test(key)) && BEGUN.test(scanned + key);
  scanned = begun ? scanned + key : "";
  return begun;
}

/** A key pressed on a row of boxes; whether it was one of ours. */
function onBoxes(event, place) {
  const { key } = event;
  if (onScan(key) || tick(event, questions[place])) return true;
  if (key === "Backspace" || key === "ArrowUp") go(place - 1);
  else if (key === "ArrowDown") go(place + 1);
  else if (key === "Enter") save();
  else if (key === "x" || key === "X") one("[data-spoilt]", sheet).focus();
  else return false;
  return true;
}

/** A key pressed where words are written; whether it was one of ours. */
function onWords(event) {
  const { target, key } = event;
  if (key === "Backspace" && target.value === "") {
    go(here() < 0 ? questions.length - 1 : here() - 1);
    return true;
  }
  if (key !== "Enter" || event.shiftKey) return false;
  const next = target.value.match(SCANNED);
  if (next) {
    target.value = target.value.slice(0, next.index).trimEnd();
    follow(next[1]);
  } else if (here() >= 0) go(here() + 1);
  else save();
  return true;
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.keyCode === 229) return;
  const place = here();
  const ours = sheet.contains(event.target) && typing(event.target) ? event.target.matches("textarea, input") && onWords(event) : place >= 0 && onBoxes(event, place);
  if (!ours) return;
  event.preventDefault();
  event.stopPropagation(); // a stroke of an address is no call for the search
}

export function startStack() {
  if (!scan) return;
  if (!sheet) {
    box.focus();
    box.select();
    return;
  }
  before = content();
  sheet.addEventListener("keydown", pressed);
  scan.addEventListener("submit", (event) => {
    if (content() === before) return;
    event.preventDefault();
    save(box.value.trim() || " ");
  });
  if (!one("[data-focus]")) {
    const open = questions.findIndex((question) => !one(":checked", question) && !one("textarea", question)?.value);
    go(open < 0 ? questions.length : open);
  }
}
