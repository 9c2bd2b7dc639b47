/* How what is typed answers to a title: by its characters, by their pinyin, by their initials, or by all three mixed. */

const SPOKEN = /[\p{L}\p{N}]/u;

/** How many letters of what is left to answer a syllable may take: all of it, its initial, or, at the end, any beginning. */
function takes(syllable, rest) {
  const taken = [];
  for (let length = Math.min(syllable.length, rest.length); length > 0; length--) {
    if (!syllable.startsWith(rest.slice(0, length))) continue;
    const initial = length === 1 || (length === 2 && syllable[1] === "h");
    if (length === syllable.length || length === rest.length || initial) taken.push(length);
  }
  return taken;
}

/** The place after the last character that answers to `rest` from the character `at` on; -1 when they do not. */
function reach(characters, syllables, rest, at) {
  if (!rest) return at;
  if (at >= characters.length) return -1;
  const steps = rest.startsWith(characters[at]) ? [characters[at].length] : takes(syllables[at] ?? "", rest);
  for (const length of steps) {
    const end = reach(characters, syllables, rest.slice(length), at + 1);
    if (end >= 0) return end;
  }
  return SPOKEN.test(characters[at]) ? -1 : reach(characters, syllables, rest, at + 1); // a bracket need not be typed
}

/** The first stretch of `characters` that answers to `typed`, as [from, to); null when none does. */
function stretch(characters, syllables, typed) {
  for (let from = 0; from < characters.length; from++) {
    if (!SPOKEN.test(characters[from])) continue;
    const to = reach(characters, syllables, typed, from);
    if (to >= 0) return [from, to];
  }
  return null;
}

/** A title cut into [before, match, after] where it answers to what is typed; null when it does not. */
export function answer(title, reading, typed) {
  const needle = typed.trim().toLowerCase();
  const at = title.toLowerCase().indexOf(needle);
  if (at >= 0) return [title.slice(0, at), title.slice(at, at + needle.length), title.slice(at + needle.length)];
  // The characters of a Chinese title have a syllable each; of any other title the words answer, each to its own beginning.
  const pieces = reading ? [...title] : title.split(/(?<=[^\p{L}\p{N}])/u);
  const plain = pieces.map((piece) => piece.toLowerCase().trim());
  const found = stretch(plain, reading ? reading.split(" ") : plain, needle.replace(/[\s'’]+/g, ""));
  if (!found) return null;
  const [from, to] = found;
  return [pieces.slice(0, from).join(""), pieces.slice(from, to).join(""), pieces.slice(to).join("")];
}

/** The pieces of an answer as they are drawn, the match marked. */
export function marked([before, match, after]) {
  const mark = document.createElement("mark");
  mark.textContent = match;
  return [before, mark, after];
}

/** How a link to a register answers: the pieces of its name, and of its Chinese title where that alone answers; or null. */
export function named(link, typed) {
  const name = link.querySelector(".name").textContent;
  const { reading, chinese } = link.dataset;
  const shown = answer(name, chinese ? "" : reading, typed);
  if (shown) return { name: shown, early: shown[0] === "" };
  const spoken = chinese && answer(chinese, reading, typed);
  return spoken ? { name: [name], chinese: spoken, early: spoken[0] === "" } : null;
}
