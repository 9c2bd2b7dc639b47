/* Opens a short form over the page it belongs to. The link still leads to the form's own page without scripts, and
   the form is posted as ever: when it is refused, its own page comes back with everything typed. */
import { icon, one } from "./page.js";
import { startClauses } from "./clauses.js";
import { startSeek } from "./seek.js";

function element(name, className, ...content) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...content);
  return made;
}

/** The form of a fetched page, rearranged as a dialog. */
function dialogOf(page) {
  const form = one("form.form-page", page);
  if (!form) return null;
  const heading = element("h2", "", one(".title h1", form).textContent);
  heading.id = "dialog-title";
  const close = element("button", "btn sm ic plain", icon("close"));
  close.type = "button";
  close.setAttribute("aria-label", one(".toasts").dataset.close);
  const header = element("header", "", heading, element("span", "s13 dim", one(".title .no b", form)?.textContent ?? ""), close);
  const body = element("div", "body form", ...one(".paper", form).childNodes);
  for (const spare of [one(".title", body), one(".wenwu", body)]) spare?.remove();
  const dock = one(".dock", form);
  for (const spare of [...dock.querySelectorAll("[data-keep]")]) spare.remove();
  const hidden = [...form.querySelectorAll(':scope > input[type="hidden"]')];
  form.replaceChildren(header, ...hidden, body, dock);
  form.removeAttribute("data-guard");

  const dialog = element("dialog", "", form);
  dialog.setAttribute("aria-labelledby", heading.id);
  return { dialog, form, close, cancel: one("a.btn.plain", dock) };
}

function open({ dialog, form, close, cancel }, opener) {
  let typed = false;
  const leave = () => {
    if (!typed || confirm(one(".toasts").dataset.discard)) dialog.close();
  };
  form.addEventListener("input", () => { typed = true; });
  close.addEventListener("click", leave);
  cancel?.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  dialog.addEventListener("cancel", (event) => {
    if (typed) event.preventDefault(); // Escape does not throw away what was typed
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  startClauses(dialog);
  startSeek(dialog);
  one(".body input:not([type=hidden]), .body select, .body textarea", dialog)?.focus();
}

export function startDialogs() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const reply = await fetch(link.href, { credentials: "same-origin" }).catch(() => null);
    const made = reply?.ok && dialogOf(new DOMParser().parseFromString(await reply.text(), "text/html"));
    if (!made) {
      location.href = link.href; // whatever the server said instead of a form is shown as a page
      return;
    }
    const menu = link.closest("details.menu");
    if (menu) menu.open = false;
    open(made, menu ? one("summary", menu) : link);
  });
}
