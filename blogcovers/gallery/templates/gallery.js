"use strict";
// Filter, order, keyboard and large view. Without it every card is there, and a cover links to its file.
const at = (id) => document.getElementById(id);
const wall = at("wall"), find = at("find"), sort = at("sort"), large = at("large"), picture = at("picture");
const boxes = [...document.querySelectorAll("#filter [type=checkbox]")];
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const text = (card, name) => card.querySelector(name)?.textContent ?? "";
const cards = [...wall.children].map((node) => ({
  node,
  slug: text(node, ".slug"),
  words: plain(`${text(node, ".slug")} ${text(node, ".concept")}`),
  frame: node.querySelector(".frame"),
  ...node.dataset,
}));

// No box ticked in a group means all of it.
const ticked = (name) => boxes.filter((box) => box.name === name && box.checked).map((box) => box.value);
const fits = (wanted, value) => !wanted.length || wanted.includes(value);
const shown = () => cards.filter((card) => !card.node.hidden);

const filter = () => {
  const words = plain(find.value).split(/\s+/), states = ticked("state"), renderers = ticked("renderer");
  for (const card of cards) {
    const named = words.every((word) => card.words.includes(word));
    card.node.hidden = !(named && fits(states, card.state) && fits(renderers, card.renderer));
  }
  const count = shown().length;
  at("count").textContent = `${count} of ${cards.length} shown`;
  at("none").hidden = count > 0 || !cards.length;
};

const compared = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const order = () => {
  const by = (a, b) => compared(a.state === "skipped", b.state === "skipped")
    || (sort.value === "date" ? compared(b.date, a.date) : 0) || compared(a.slug, b.slug);
  wall.append(...cards.sort(by).map((card) => card.node));
};

// The large view: the thumbnail at once, the cover in its place when it is there to be loaded.
let open = null;
const show = (card) => {
  open = card;
  const small = card.frame.firstElementChild, full = new Image();
  picture.src = small.src;
  picture.alt = small.alt;
  picture.lang = small.lang;
  full.src = at("file").href = card.frame.href;
  full.decode().then(() => { if (open === card) picture.src = full.src; }, () => {});
  at("about").className = `is-${card.state}`;
  at("about").replaceChildren(...card.node.querySelector(".label").cloneNode(true).childNodes);
  if (!large.open) large.showModal();
};
const step = (by) => {
  const covers = shown().filter((card) => card.frame.href);
  show(covers[(covers.indexOf(open) + by + covers.length) % covers.length]);
};

const across = () => {
  const all = shown(), top = all[0].node.offsetTop;
  const next = all.findIndex((card) => card.node.offsetTop > top);
  return next < 0 ? all.length : next;
};
const moves = { ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: () => -across(), ArrowDown: across,
  Home: () => -Infinity, End: () => Infinity };

wall.addEventListener("click", (event) => {
  const card = cards.find((one) => one.frame === event.target.closest("a.frame"));
  if (!card || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  show(card);
});
wall.addEventListener("keydown", (event) => {
  const all = shown(), here = all.findIndex((card) => card.frame === event.target);
  if (here < 0 || !(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const there = here + moves[event.key]();
  if (Math.abs(there) !== Infinity && !all[there]) return;
  const { frame } = all[Math.min(Math.max(there, 0), all.length - 1)];
  frame.focus();
});
large.addEventListener("keydown", (event) => {
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    event.preventDefault();
    step(moves[event.key]());
  }
});
large.addEventListener("click", (event) => { if (event.target === large) large.close(); });
large.addEventListener("close", () => { open.frame.focus(); open = null; });
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || large.open || event.ctrlKey || event.metaKey || event.altKey || event.target === find) return;
  event.preventDefault();
  find.focus();
  find.select();
});
at("previous").addEventListener("click", () => step(-1));
at("next").addEventListener("click", () => step(1));
at("close").addEventListener("click", () => large.close());
at("all").addEventListener("click", () => {
  find.value = "";
  for (const box of boxes) box.checked = false;
  filter();
  find.focus();
});
find.addEventListener("input", filter);
for (const box of boxes) box.addEventListener("change", filter);
sort?.addEventListener("change", order);
for (const card of cards) {
  if (card.frame.href) card.frame.setAttribute("aria-haspopup", "dialog");
  else card.frame.tabIndex = -1; // the arrows stop there, the tab key has no business
}
at("filter").hidden = !cards.length;
filter();
