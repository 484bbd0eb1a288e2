// Asks for the page again and again, and puts in what has become of its parts marked data-live.
// What the reader has ticked, opened, scrolled or reached by the keyboard stays as it is. Without
// this script the pages are the same, but have to be reloaded.
"use strict";

const EVERY = 2000;
// A server that needs long for a page is asked seldom.
const SHARE = 20;
const REACHED = "a, button, input, summary, [tabindex]";

const form = document.querySelector("form[data-filter]");
const alarm = document.getElementById("alarm");
const gone = document.getElementById("gone");
let timer, tag, asked = 0;

const address = () =>
  form ? "/?" + new URLSearchParams(new FormData(form)) : location.pathname;

const called = (element) => element.value || element.getAttribute("href") || element.className;

function keep(old, fresh) {
  const opened = [...old.querySelectorAll("details")].map((each) => each.open);
  fresh.querySelectorAll("details").forEach((each, at) => { each.open = opened[at] ?? each.open; });
  const ticked = new Set([...old.querySelectorAll(":checked")].map((each) => each.value));
  for (const box of fresh.querySelectorAll("[type=checkbox]")) box.checked = ticked.has(box.value);
  const places = [...old.querySelectorAll(".scroll")].map((each) => each.scrollLeft);
  const held = document.activeElement;
  const name = old.contains(held) ? called(held) : undefined;
  return () => {
    fresh.querySelectorAll(".scroll").forEach((each, at) => { each.scrollLeft = places[at] ?? 0; });
    if (name === undefined) return;
    const same = [...fresh.querySelectorAll(REACHED)].find((each) => called(each) === name);
    if (same) same.focus({ preventScroll: true });
  };
}

function put(page) {
  for (const old of document.querySelectorAll("[data-live]")) {
    const found = page.getElementById(old.id);
    if (!found) continue;
    const fresh = document.adoptNode(found);
    const afterwards = keep(old, fresh);
    old.replaceWith(fresh);
    afterwards();
  }
  document.title = page.title;
}

async function refresh() {
  clearTimeout(timer);
  const mine = ++asked;
  const began = performance.now();
  let pause = EVERY;
  try {
    const answer = await fetch(address());
    const html = answer.ok ? await answer.text() : "";
    if (mine !== asked) return;
    const selecting = !getSelection().isCollapsed;
    if (html && answer.headers.get("ETag") + address() !== tag && !selecting) {
      put(new DOMParser().parseFromString(html, "text/html"));
      tag = answer.headers.get("ETag") + address();
    }
    pause = Math.max(EVERY, SHARE * (performance.now() - began));
    if (alarm) alarm.hidden = true;
    if (gone) gone.hidden = answer.status !== 404;
  } catch {
    if (mine === asked && alarm) {
      alarm.hidden = false;
      if (gone) gone.hidden = true;
    }
  }
  if (mine === asked && !document.hidden && document.querySelector("[data-live]")) {
    timer = setTimeout(refresh, pause);
  }
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
if (form) {
  form.addEventListener("input", (event) => {
    // Whoever comes back, or loads the page anew, finds what was typed and ticked.
    history.replaceState(null, "", address());
    if (event.target.type !== "search") return;
    clearTimeout(timer);
    timer = setTimeout(refresh, 150);
  });
}
timer = setTimeout(refresh, EVERY);
