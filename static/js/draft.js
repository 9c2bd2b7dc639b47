/* Keeps what is typed: sends a draft to the server after a pause, and asks before unsaved words are left behind. */
import { one, post, say } from "./page.js";
import { toast } from "./toasts.js";

const PAUSE = 2000; // milliseconds after the last key
const PRIVATE = new Set(["csrf_token", "password"]);

/** The fields as they stand, without files, secrets and the token. */
function fields(form) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !PRIVATE.has(name)) body.append(name, value);
  }
  return body;
}

export function startDraft() {
  const form = one("form[data-guard]");
  if (!form) return;
  const place = one("[data-draft-at]");
  const { draft } = form.dataset;
  let timer = 0;
  let unsaved = false;
  let leaving = false;

  async function keep(aloud) {
    clearTimeout(timer);
    const reply = await post(draft, fields(form)).catch(() => null);
    if (!reply?.ok || reply.redirected) {
      if (aloud) toast(form.dataset.lost, "refused");
      return;
    }
    unsaved = false;
    const answer = await reply.json().catch(() => ({}));
    const time = answer.saved_at ?? new Date().toTimeString().slice(0, 5);
    if (place) place.textContent = time;
    if (aloud) toast(say(form.dataset.kept, { time }), "done");
  }

  form.addEventListener("input", () => {
    unsaved = true;
    if (!draft) return;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
  });
  one("[data-keep]", form)?.addEventListener("click", () => keep(true));
  addEventListener("beforeunload", (event) => {
    if (unsaved && !leaving && form.method === "post") event.preventDefault();
  });
  addEventListener("pageshow", () => { leaving = false; });
}
