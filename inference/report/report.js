// Fills and filters the list of sentences. Texts come from strangers: they are only ever set as
// textContent, and only http(s) addresses become links.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const body = byId("evidence").tBodies[0];
  const page = 50;
  let found = [];
  let shown = 0;

  const options = (name, texts, all) => {
    const select = byId("f-" + name);
    if (all) select.append(new Option("all", "-"));
    texts.forEach((text, i) => select.append(new Option(text, String(i))));
    select.parentElement.hidden = texts.length === 0;
  };
  options("outlet", data.outlets, true);
  options("frame", data.frames, true);
  options("stance", data.stances, true);
  options("view", data.views, false);
  options("voice", data.voices, true);

  const cell = (row, text) => {
    const td = row.insertCell();
    td.textContent = text;
    return td;
  };
  const linked = (td, url, label) => {
    if (!/^https?:\/\//i.test(url || "")) return;
    const a = document.createElement("a");
    a.href = url;
    a.rel = "noopener noreferrer nofollow";
    a.target = "_blank";
    a.textContent = label;
    td.replaceChildren(a);
  };
  const line = (td, kind, text) => {
    const span = document.createElement("span");
    span.className = kind;
    span.textContent = text;
    td.append(span);
  };
  const signed = (weight) => (weight < 0 ? "\u2212" : "+") + Math.abs(weight).toFixed(1);
  const tag = (td, text, [frame, stance, probability, words]) => {
    const told = stance < 0 ? "" : ", " + data.stances[stance];
    line(td, "tag", `${data.frames[frame]}${told} (${probability.toFixed(2)})`);
    if (!words) return;
    const named = words.map(([start, end, , weight]) =>
      `${text.slice(start, end).join("")}\u00a0${signed(weight)}`);
    line(td, "why", named.join(", ") || "no single word decides");
  };
  // Each word is marked by the frame that it speaks for most; `text` is a list of characters.
  const mark = (td, text, mentions) => {
    const carriers = mentions.flatMap((m) => m[3] || []).filter(([, , level]) => level > 0);
    const levels = new Map();
    for (const [start, end, level] of carriers) {
      levels.set(start, [end, Math.max(level, (levels.get(start) || [0, 0])[1])]);
    }
    let at = 0;
    td.replaceChildren();
    for (const [start, [end, level]] of [...levels].sort((a, b) => a[0] - b[0])) {
      const word = document.createElement("mark");
      word.className = "level-" + level;
      word.textContent = text.slice(start, end).join("");
      td.append(text.slice(at, start).join(""), word);
      at = end;
    }
    td.append(text.slice(at).join(""));
  };
  const showMore = () => {
    const frame = byId("f-frame").value;
    for (const r of found.slice(shown, shown + page)) {
      const [outlet, published, url, id, , voice, text, mentions] = r;
      const row = body.insertRow();
      cell(row, data.outlets[outlet]);
      linked(cell(row, published || "undated"), url, published || "link");
      const sentence = cell(row, text);
      sentence.title = id;
      const characters = Array.from(text); // offsets count characters, not UTF-16 units
      mark(sentence, characters, mentions.filter(([f]) => frame === "-" || f === +frame));
      const frames = cell(row, "");
      mentions.forEach((mention) => tag(frames, characters, mention));
      if (voice >= 0) line(frames, "voice", data.voices[voice]);
    }
    shown = Math.min(shown + page, found.length);
    byId("more").hidden = shown >= found.length;
  };
  const filter = () => {
    const [outlet, frame, stance, voice] = ["outlet", "frame", "stance", "voice"]
      .map((n) => byId("f-" + n).value);
    const view = +byId("f-view").value || 0;
    const month = byId("f-month").value.trim();
    const words = byId("f-words").value.toLowerCase().split(/\s+/).filter(Boolean);
    const has = ([f, s]) => (frame === "-" || f === +frame) && (stance === "-" || s === +stance);
    found = data.rows.filter((r) =>
      (outlet === "-" || r[0] === +outlet) && (!month || (r[1] || "").startsWith(month)) &&
      (view === 0 || !(r[4] & view)) && (voice === "-" || !voice || r[5] === +voice) &&
      r[7].some(has) && words.every((w) => r[6].toLowerCase().includes(w)));
    body.replaceChildren();
    shown = 0;
    byId("found").textContent = `${found.length} of ${data.rows.length} sentences`;
    showMore();
  };
  const follow = () => {
    const parts = location.hash
      .match(/^#\/(\d+)\/(\d+)\/(-|\d+)\/(-|\d{4}-\d{2})\/(\d)\/(-|\d+)$/);
    if (!parts) return;
    ["outlet", "frame", "stance"].forEach((n, i) => { byId("f-" + n).value = parts[i + 1]; });
    byId("f-month").value = parts[4] === "-" ? "" : parts[4];
    byId("f-view").value = parts[5];
    byId("f-voice").value = parts[6];
    byId("f-words").value = "";
    filter();
    byId("sentences").focus({ preventScroll: true });
    byId("sentences").scrollIntoView();
  };
  byId("filter").addEventListener("input", filter);
  byId("filter").addEventListener("submit", (event) => event.preventDefault());
  byId("more").addEventListener("click", showMore);
  window.addEventListener("hashchange", follow);
  filter();
  follow();
})();
