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

  const options = (select, names) => {
    select.append(new Option("all", "-"));
    names.forEach((name, i) => select.append(new Option(name, String(i))));
  };
  options(byId("f-outlet"), data.outlets);
  options(byId("f-frame"), data.frames);
  options(byId("f-stance"), data.stances);
  byId("f-stance").parentElement.hidden = data.stances.length === 0;

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
  const tag = (td, [frame, stance, probability]) => {
    const span = document.createElement("span");
    span.className = "tag";
    const told = stance < 0 ? "" : ", " + data.stances[stance];
    span.textContent = `${data.frames[frame]}${told} (${probability.toFixed(2)})`;
    td.append(span);
  };
  const showMore = () => {
    for (const [outlet, published, url, id, text, mentions] of found.slice(shown, shown + page)) {
      const row = body.insertRow();
      cell(row, data.outlets[outlet]);
      linked(cell(row, published || "undated"), url, published || "link");
      cell(row, text).title = id;
      const frames = cell(row, "");
      mentions.forEach((mention) => tag(frames, mention));
    }
    shown = Math.min(shown + page, found.length);
    byId("more").hidden = shown >= found.length;
  };
  const filter = () => {
    const [outlet, frame, stance] = ["outlet", "frame", "stance"].map((n) => byId("f-" + n).value);
    const month = byId("f-month").value.trim();
    const words = byId("f-words").value.toLowerCase().split(/\s+/).filter(Boolean);
    const has = ([f, s]) => (frame === "-" || f === +frame) && (stance === "-" || s === +stance);
    found = data.rows.filter((r) =>
      (outlet === "-" || r[0] === +outlet) && (!month || (r[1] || "").startsWith(month)) &&
      r[5].some(has) && words.every((w) => r[4].toLowerCase().includes(w)));
    body.replaceChildren();
    shown = 0;
    byId("found").textContent = `${found.length} of ${data.rows.length} sentences`;
    showMore();
  };
  const follow = () => {
    const parts = location.hash.match(/^#\/(-|\d+)\/(-|\d+)\/(-|\d+)\/(-|\d{4}-\d{2})$/);
    if (!parts) return;
    ["outlet", "frame", "stance"].forEach((n, i) => { byId("f-" + n).value = parts[i + 1]; });
    byId("f-month").value = parts[4] === "-" ? "" : parts[4];
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
