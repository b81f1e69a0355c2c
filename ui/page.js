// What the page does without the server: light or dark, the folding panel, staying at the newest words, and
// which taps are sent when.
// Nothing here builds markup or reads anybody's text; what is sent to the server goes through Gradio's events.
(() => {
  "use strict";
  const root = document.documentElement;
  const store = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch { /* private mode: not remembered */ } },
  };

  const chosen = store.get("parley-theme");
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

  function switchTheme() {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    store.set("parley-theme", root.dataset.theme);
  }

  function toggle(name, button) {
    const open = root.dataset[name] !== "open";
    root.dataset[name] = open ? "open" : "closed";
    button.setAttribute("aria-expanded", String(open));
  }

  document.addEventListener("click", (event) => {
    const control = event.target.closest?.("[data-local]");
    if (control?.dataset.local === "theme") switchTheme();
    if (control?.dataset.local === "panel" || control?.dataset.local === "known") toggle(control.dataset.local, control);
  });

  // One turn runs at a time, and Gradio drops what is tapped meanwhile. The last such tap waits for its end
  // instead; the same tap again (a double click) is one tap.
  const GRACE_MS = 2500; // a refused request has no end that Gradio tells; nothing is busy then
  const turns = { running: false, began: 0, sent: "", waiting: null };
  function over() {
    return performance.now() - turns.began > GRACE_MS && !document.querySelector("[data-busy]");
  }
  function send(tap) {
    turns.sent = tap.what;
    tap.go();
  }
  function end() {
    const tap = turns.waiting;
    Object.assign(turns, { running: false, sent: "", waiting: null });
    if (tap) send(tap);
  }
  window.parleyTurns = Object.freeze({
    tap(data, go) {
      const tap = { what: JSON.stringify(data), go };
      if (!turns.running || over()) {
        send(tap);
      } else if (tap.what !== turns.sent) {
        turns.waiting = tap;
        setTimeout(() => { if (turns.waiting && over()) end(); }, GRACE_MS + 100);
      }
    },
    began() { Object.assign(turns, { running: true, began: performance.now() }); },
    ended() { setTimeout(end); }, // Gradio counts the turn as running until it has called this
  });

  // The talk follows its end while the person is there; somebody who scrolled up to read is left alone.
  const NEAR_PX = 140;
  let following = true;

  function watch() {
    const talk = document.getElementById("parley-talk");
    const panel = document.getElementById("parley-panel");
    if (!talk || !panel) return false;
    talk.tabIndex = 0; // a scrolling region has to be reachable by keyboard
    talk.setAttribute("role", "region");
    talk.setAttribute("aria-label", "Conversation");
    talk.addEventListener("scroll", () => {
      following = talk.scrollHeight - talk.scrollTop - talk.clientHeight < NEAR_PX;
    }, { passive: true });

    let busy = false;
    new MutationObserver(() => {
      const nowBusy = talk.querySelector("[data-busy]") !== null;
      if (nowBusy && !busy) following = true; // a new turn: the person's own words come into view
      busy = nowBusy;
      if (!following || !talk.querySelector(".pl-turn")) return;
      // The whole turn when it fits, else its beginning: nobody reads an answer from its end.
      const last = [...talk.querySelectorAll(".pl-turn")].at(-1);
      const top = last.getBoundingClientRect().top - talk.getBoundingClientRect().top + talk.scrollTop;
      const start = last.getBoundingClientRect().height > talk.clientHeight ? top : talk.scrollHeight;
      talk.scrollTo({ top: start });
      following = true;
    }).observe(talk, { childList: true, subtree: true, characterData: true });

    const count = () => {
      const shown = document.querySelector(".pl-toggle-count");
      const known = panel.querySelector(".pl-panel")?.dataset.count ?? "0";
      if (shown && shown.textContent !== known) shown.textContent = known;
    };
    new MutationObserver(count).observe(panel, { childList: true, subtree: true, attributes: true });
    count();
    const button = document.querySelector("#parley-composer .submit-button");
    if (button && !button.getAttribute("aria-label")) button.setAttribute("aria-label", "Send");
    return true;
  }

  // Gradio builds the page after this script runs.
  const built = new MutationObserver(() => { if (watch()) built.disconnect(); });
  built.observe(root, { childList: true, subtree: true });
})();
