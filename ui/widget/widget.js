/* Parley's widget: one element, <parley-chat>, that talks to the Parley server this file came from.

   A tag that puts it on the page:
     <script async src="https://…/widget.js" data-site-key="…" data-catalogue="…"></script>
   or the element itself, where it should stand: <parley-chat mode="inline" site-key="…" catalogue="…"></parley-chat>

   Settings, as data-* of the tag, attributes of the element, or an object (window.parleySettings before the
   tag, element.configure({…}) after; names then in camelCase):
     site-key, catalogue     who may ask, and about what
     mode                    floating (default) | inline | none (defines the element, inserts nothing)
     target                  of the tag alone: selector of the place for an inline widget; default: after the tag
     theme                   auto (default) | light | dark
     lang                    en | zh; default: the page's language
     heading                 the title of the panel
     side                    end (default) | start: the corner of a floating widget
     item-url                where an item's page is, with {id} in it; without one titles are no links
     server                  another address of the server than this file's
     strings                 in an object alone: {name: text} over the words of the table below

   Methods: open(), close(), send(text), reset(), configure({…}). send resolves to {text, items}, or to null when
   it could not be answered; it never rejects.
   Events, all bubbling and composed: parley:open, parley:close, parley:recommend {items}, parley:click {item, url}
   (cancelable: preventDefault keeps the browser here), parley:like {item, liked: true|false|null},
   parley:error {code, message}. An item is {item_id, title, rank}.
   Variables that the page may set: --parley-accent, -accent-ink, -surface, -sunken, -ink, -soft, -line, -like, -font,
   -radius, -width, -height, -offset, -z. Text from anywhere becomes text nodes, never markup. */
(() => {
  "use strict";

  const script = document.currentScript;
  const HOME = script?.src ? new URL(".", script.src).href : "";

  // ---- words, one table a language; a language that lacks one takes the English ------------------------
  const WORDS = {
    en: {
      launch: "Ask for advice", heading: "What are you looking for?", close: "Close", fresh: "New conversation",
      hello: "Say it in your own words, and change your mind whenever you like.",
      message: "Message", hint: "Say what you are looking for", send: "Send", talk: "Conversation",
      understood: "What I understood", remove: "Remove: {label}", against: "not for you: ", cards: "Recommendations",
      like: "Like", unlike: "Not for me", liked: "You like {title}", unliked: "Not for you: {title}",
      unjudged: "No judgement of {title} any more", removed: "Without {label}", that: "that", quick: "You could say",
      said: "You said: ", one: "1 recommendation. ", many: "{n} recommendations. ", busy: "Thinking",
      away: "The adviser can't be reached just now. What you wrote is kept.", again: "Try again",
      refused: "The adviser is not available on this page.", broken: "Something went wrong. Please try again.",
      gone: "The earlier conversation has ended; this is a new one.",
    },
    zh: {
      launch: "帮我挑选", heading: "您想找什么？", close: "关闭", fresh: "新对话",
      hello: "用您自己的话说就好，随时可以改主意。",
      message: "消息", hint: "说说您想找什么", send: "发送", talk: "对话",
      understood: "我的理解", remove: "去掉：{label}", against: "不要：", cards: "推荐",
      like: "喜欢", unlike: "不适合我", liked: "您喜欢《{title}》", unliked: "《{title}》不适合您",
      unjudged: "已撤回对《{title}》的评价", removed: "已去掉：{label}", that: "这一项", quick: "您可以说",
      said: "您说：", one: "1 条推荐。", many: "{n} 条推荐。", busy: "正在思考",
      away: "暂时连接不上，您写的内容已保留。", again: "重试",
      refused: "此页面暂不提供推荐服务。", broken: "出了点问题，请再试一次。",
      gone: "之前的对话已结束，现在是新的对话。",
    },
  };

  const SETTINGS = ["server", "site-key", "catalogue", "mode", "theme", "lang", "heading", "side", "item-url"];
  const NARROW = "(max-width: 560px)";
  const SILENCE_MS = 45000; // longer than any reply takes: the server gives its chat model seconds
  const MAX_FACTS = 3;
  const SVG = "http://www.w3.org/2000/svg";
  const ICONS = {
    talk: ["M4 5h12v8H9l-3.5 3v-3H4Z"], cross: ["M5.5 5.5l9 9", "M14.5 5.5l-9 9"], plus: ["M10 4.5v11", "M4.5 10h11"],
    send: ["M10 15.5v-11", "M5.5 9L10 4.5 14.5 9"], minus: ["M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z", "M7 10h6"],
    star: ["M10 3l2.1 4.5 4.9.6-3.6 3.4.9 4.9-4.3-2.4-4.3 2.4.9-4.9L3 8.1l4.9-.6Z"],
    heart: ["M10 16.5S3.2 12.6 3.2 8A3.6 3.6 0 0 1 10 6.2 3.6 3.6 0 0 1 16.8 8c0 4.6-6.8 8.5-6.8 8.5Z"],
  };

  // ---- style: a constructed sheet, which a page's policy lets in without 'unsafe-inline' ---------------
  const DARK = `--_surface: var(--parley-surface, #211f1c); --_sunken: var(--parley-sunken, #171614); --_ink: var(--parley-ink, #f1ebe1);
    --_soft: var(--parley-soft, #b5ab9c); --_line: var(--parley-line, #403b34); --_edge: #847b6e; --_accent: var(--parley-accent, #7fcfc2);
    --_accent-ink: var(--parley-accent-ink, #0c2422); --_like: var(--parley-like, #f39a78); --_warn: #3d3216; --_shade: rgb(0 0 0 / .6); color-scheme: dark;`;
  const CSS = `
  :host { all: initial !important; display: block !important; width: var(--parley-width, 100%) !important; }
  :host([mode="inline"]) { height: var(--parley-height, 680px) !important; max-width: 100% !important; }
  :host(:not([mode="inline"])) { position: fixed !important; inset: auto 0 0 auto !important; width: 0 !important; height: 0 !important; z-index: var(--parley-z, 2147483000) !important; }
  :host([hidden]), [hidden] { display: none !important; }
  :host::before, :host::after { content: none !important; }
  *, ::before, ::after { box-sizing: border-box; margin: 0; padding: 0; min-width: 0; }
  .root { --_surface: var(--parley-surface, #ffffff); --_sunken: var(--parley-sunken, #f5f1e9); --_ink: var(--parley-ink, #221d17);
    --_soft: var(--parley-soft, #655b4e); --_line: var(--parley-line, #e2d9c9); --_edge: #8d8270; --_accent: var(--parley-accent, #0e5a58);
    --_accent-ink: var(--parley-accent-ink, #ffffff); --_like: var(--parley-like, #b3401f); --_warn: #fbeecb; --_shade: rgb(60 45 20 / .28);
    --_wash: color-mix(in srgb, var(--_accent) 12%, var(--_surface)); --_r: var(--parley-radius, 16px); --_in: min(var(--_r), 12px); --_gap: var(--parley-offset, 20px);
    color-scheme: light; height: 100%; font: 400 16px/1.5 var(--parley-font, ui-sans-serif, system-ui, sans-serif); color: var(--_ink); text-align: start; }
  .root[popover] { position: fixed; inset: 0 auto auto 0; width: 0; height: 0; border: 0; overflow: visible; background: none; }
  .root[data-theme="dark"] { ${DARK} }
  @media (prefers-color-scheme: dark) { .root[data-theme="auto"] { ${DARK} } }
  button, textarea { font: inherit; color: inherit; background: none; border: 0; border-radius: var(--_in); appearance: none; }
  button { cursor: pointer; touch-action: manipulation; } h2, h3 { font: inherit; font-weight: 600; } ul, ol { list-style: none; }
  svg { width: 20px; height: 20px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
  :focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px; }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

  .launch { position: fixed; inset-inline-end: var(--_gap); bottom: calc(var(--_gap) + var(--_at, 0) * 66px); display: flex; align-items: center; gap: 10px; min-height: 54px; max-width: calc(100vw - 40px); padding: 0 22px 0 18px; border-radius: 999px; background: var(--_accent); color: var(--_accent-ink); font-weight: 600; box-shadow: 0 10px 28px -8px var(--_shade); }
  .launch:hover { filter: brightness(1.08); } .launch:focus-visible { outline-offset: 3px; }
  .panel { display: flex; flex-direction: column; overflow: hidden; height: 100%; background: var(--_surface); border: 1px solid var(--_line); border-radius: var(--_r); container-type: inline-size; }
  .panel:focus { outline: 0; }
  [data-mode="floating"] .panel { position: fixed; inset-inline-end: var(--_gap); bottom: var(--_gap); width: min(var(--parley-width, 400px), 100vw - 40px); height: min(var(--parley-height, 640px), 100dvh - 40px); box-shadow: 0 24px 60px -16px var(--_shade); }
  [data-side="start"] .launch, [data-side="start"] .panel { inset-inline: var(--_gap) auto; }
  @media ${NARROW} { [data-mode="floating"] .panel { inset: 0; width: 100%; height: 100dvh; border: 0; border-radius: 0; } }

  .head { display: flex; align-items: center; gap: 4px; padding: 8px 8px 8px 18px; border-bottom: 1px solid var(--_line); }
  .head h2 { flex: 1; font-size: 16px; line-height: 1.25; overflow-wrap: anywhere; }
  .round { display: grid; place-items: center; flex: none; width: 44px; height: 44px; border-radius: 50%; color: var(--_soft); } .round:hover { background: var(--_sunken); color: var(--_ink); }
  .chips { display: flex; flex-wrap: wrap; gap: 6px; max-height: min(134px, 30%); overflow-y: auto; padding: 10px 18px; background: var(--_sunken); border-bottom: 1px solid var(--_line); }
  .chip { display: flex; align-items: center; max-width: 100%; border-radius: 999px; background: var(--_surface); border: 1px solid var(--_line); font-size: 14px; line-height: 1.3; }
  .chip > span { padding: 3px 0 3px 12px; overflow-wrap: anywhere; } .chip.no { border-color: var(--_like); } .chip .round { width: 30px; height: 30px; } .chip svg { width: 14px; height: 14px; } .chip > span svg { margin-inline-end: 5px; vertical-align: -2px; color: var(--_like); }
  .talk { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 18px; } .talk:focus-visible { outline-offset: -3px; }
  .hello { color: var(--_soft); margin-bottom: 16px; max-width: 60ch; text-wrap: pretty; }
  .turn { padding-bottom: 22px; }
  .said { width: fit-content; max-width: 88%; margin: 0 0 14px auto; padding: 8px 14px; border-radius: var(--_r) var(--_r) 4px var(--_r); background: var(--_accent); color: var(--_accent-ink); overflow-wrap: anywhere; white-space: pre-wrap; }
  .line { width: fit-content; margin: 0 0 14px auto; color: var(--_soft); font-size: 14px; text-align: end; overflow-wrap: anywhere; }
  .answer { display: grid; gap: 14px; } .words p { overflow-wrap: anywhere; white-space: pre-line; max-width: 68ch; text-wrap: pretty; } .words p + p { margin-top: 10px; } .words:empty { display: none; }
  .dots { display: flex; gap: 5px; height: 24px; align-items: center; } .dots i { width: 7px; height: 7px; border-radius: 50%; background: var(--_accent); animation: breathe 1.1s infinite ease-in-out; } .dots i:nth-child(2) { animation-delay: .15s; } .dots i:nth-child(3) { animation-delay: .3s; }
  @keyframes breathe { 0%, 80%, 100% { opacity: .25; } 40% { opacity: 1; } }
  .notice { padding: 12px 14px; border-radius: var(--_in); background: var(--_warn); overflow-wrap: anywhere; } .notice .quick { margin-top: 10px; background: var(--_surface); display: block; }

  .cards { display: grid; gap: 12px; } .cards:empty { display: none; }
  .card { display: grid; grid-template: "media body" auto "acts acts" auto / 112px 1fr; overflow: hidden; border: 1px solid var(--_line); border-radius: var(--_in); background: var(--_surface); }
  .card[data-judged="true"] { border-color: var(--_like); } .card[data-judged="false"] .media, .card[data-judged="false"] .body { opacity: .55; }
  .media { grid-area: media; position: relative; padding: 12px 0 12px 12px; } .media > :first-child { display: block; width: 100%; height: 124px; object-fit: cover; border-radius: calc(var(--_in) / 1.5); background: var(--_sunken); }
  .media > .blank { display: grid; place-items: center; background: var(--_wash); color: var(--_accent); font-size: 32px; font-weight: 600; }
  .rank { position: absolute; inset: 6px auto auto 6px; min-width: 24px; padding: 0 6px; border-radius: 999px; background: var(--_surface); font-size: 13px; line-height: 24px; font-weight: 600; text-align: center; }
  .body { grid-area: body; display: flex; flex-direction: column; gap: 6px; padding: 11px 14px; } .kind { font-size: 13px; opacity: .75; } .body h3 { line-height: 1.25; overflow-wrap: anywhere; } .body a { color: inherit; text-underline-offset: 3px; text-decoration-color: var(--_edge); } .body a:hover { color: var(--_accent); }
  .lead { display: flex; flex-wrap: wrap; gap: 0 12px; color: var(--_soft); font-variant-numeric: tabular-nums; } .lead > :first-child { color: var(--_ink); font-weight: 600; } .lead svg { width: 14px; height: 14px; margin-inline-end: 4px; vertical-align: -1px; fill: currentColor; color: var(--_like); }
  .reason { padding-inline-start: 10px; border-inline-start: 3px solid var(--_accent); font-size: 15px; line-height: 1.42; overflow-wrap: anywhere; } .reason:empty { display: none; }
  .facts { display: grid; gap: 1px; font-size: 14px; line-height: 1.4; margin-top: auto; } .facts div { display: flex; gap: 8px; } .facts dt { color: var(--_soft); } .facts dt::first-letter { text-transform: uppercase; } .facts dd { overflow-wrap: anywhere; }
  .acts { grid-area: acts; display: flex; border-top: 1px solid var(--_line); } .acts button { flex: 1; display: flex; align-items: center; justify-content: center; gap: 7px; min-height: 44px; color: var(--_soft); border-radius: 0; font-size: 15px; } .acts button + button { border-inline-start: 1px solid var(--_line); }
  .acts button:hover { background: var(--_sunken); color: var(--_ink); } .acts button:focus-visible { outline-offset: -3px; } .acts [aria-pressed="true"] { color: var(--_like); font-weight: 600; background: var(--_sunken); } .acts [aria-pressed="true"] path:only-child { fill: currentColor; }
  @container (min-width: 640px) { .talk { padding: 22px max(26px, 50cqw - 440px); } .cards { grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 16px; } .card:not(:only-child) { grid-template: "media" auto "body" 1fr "acts" auto / 1fr; } .card:not(:only-child) .media { padding: 0; } .card .media > :first-child { height: auto; aspect-ratio: 4 / 3; } .card:not(:only-child) .media > :first-child { border-radius: 0; } .card:not(:only-child) .rank { inset: 8px auto auto 8px; } .card:only-child { grid-column: 1 / -1; grid-template-columns: 220px 1fr; } .head { padding-inline: max(26px, 50cqw - 440px) calc(max(26px, 50cqw - 440px) - 14px); } .chips { padding-inline: max(26px, 50cqw - 440px); } .panel > .compose { margin-inline: calc(max(26px, 50cqw - 440px) - 16px); } }

  .quicks { display: flex; flex-wrap: wrap; gap: 8px; }
  .quick { min-height: 40px; padding: 6px 15px; border-radius: 999px; border: 1px solid var(--_accent); color: var(--_accent); text-align: start; line-height: 1.3; } .quick:hover { background: var(--_wash); }
  .root[data-busy] :is(.quick, .acts button, .chip .round, .send) { opacity: .5; cursor: default; }
  .compose { display: flex; align-items: flex-end; gap: 6px; margin: 10px 14px 14px; padding: 4px 4px 4px 16px; border: 1px solid var(--_edge); border-radius: 26px; background: var(--_surface); }
  .compose:focus-within { border-color: var(--_accent); box-shadow: 0 0 0 2px color-mix(in srgb, var(--_accent) 30%, transparent); }
  textarea { flex: 1; resize: none; height: 40px; max-height: 118px; padding: 8px 0; line-height: 24px; outline: 0 !important; caret-color: var(--_accent); } textarea::placeholder { color: var(--_soft); opacity: 1; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .send { display: grid; place-items: center; flex: none; width: 40px; height: 40px; border-radius: 50%; background: var(--_accent); color: var(--_accent-ink); }
  @media (prefers-reduced-motion: reduce) { .dots i { animation: none; } }
  @media (forced-colors: active) { .launch, .said, .send, .card, .chip, .quick { border: 1px solid CanvasText; } }`;

  let sheet = null;
  function dress(shadow) {
    try {
      if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(CSS);
      shadow.adoptedStyleSheets = [sheet];
    } catch { // a browser from before constructed sheets; under a strict policy it shows the bare text
      shadow.append(h("style", {}, CSS));
    }
  }

  // ---- small things -------------------------------------------------------------------------------------
  // Characters that nobody sees but that reorder or hide text.
  const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
  const clean = (text) => String(text).replace(HIDDEN, "");

  function h(name, props = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(props)) {
      if (value === undefined || value === null || value === false) continue;
      if (key === "click") node.addEventListener("click", value);
      else node.setAttribute(key, value === true ? "" : clean(value));
    }
    for (const child of children) {
      if (child === null || child === undefined) continue;
      node.append(typeof child === "object" ? child : document.createTextNode(name === "style" ? child : clean(child)));
    }
    return node;
  }

  function icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 20 20");
    svg.setAttribute("aria-hidden", "true");
    for (const d of ICONS[name]) svg.appendChild(document.createElementNS(SVG, "path")).setAttribute("d", d);
    return svg;
  }

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  // A page may forbid storage, or a browser deny it to us: then a conversation lasts as long as its page.
  const store = {
    get(key) { try { return sessionStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { value ? sessionStorage.setItem(key, value) : sessionStorage.removeItem(key); } catch { /* as above */ } },
  };

  class Fault extends Error {
    constructor(code, message, status = 0) { super(message); this.code = code; this.status = status; }
  }

  /* The events of a streamed answer, as [name, data]. */
  async function* events(response, alive) {
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      alive();
      rest += decoder.decode(value, { stream: !done });
      const blocks = rest.split(/\r?\n\r?\n/);
      rest = blocks.pop();
      for (const block of blocks) {
        let name = "message";
        const data = [];
        for (const line of block.split(/\r?\n/)) {
          const [, field, text] = /^(\w*):? ?(.*)$/s.exec(line) ?? [];
          if (field === "event") name = text;
          else if (field === "data") data.push(text);
        }
        if (data.length) yield [name, JSON.parse(data.join("\n"))];
      }
      if (done) return;
    }
  }

  // ---- a reply's words are shared out between the talk and its cards, as on Parley's own page ------------
  const paragraphs = (text) => text.trim().split(/\n\s*\n/).map((each) => each.trim()).filter(Boolean);
  const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  const inWord = (letter) => /[\p{L}\p{N}_]/u.test(letter ?? "") && !/\p{Script=Han}/u.test(letter);

  function titleAt(paragraph, title) {
    for (let at = paragraph.indexOf(title); title && at >= 0; at = paragraph.indexOf(title, at + 1)) {
      if (!inWord(paragraph[at - 1]) && !inWord(paragraph[at + title.length])) return at;
    }
    return -1;
  }

  function cardOf(paragraph, cards) { // a paragraph that names several compares them, and stays
    const named = cards.filter((card) => titleAt(paragraph, card.title) >= 0);
    return named.length === 1 ? named[0] : null;
  }

  function says(card, paragraph) {
    const at = titleAt(paragraph, card.title);
    const told = wordsOf(paragraph.slice(0, at) + paragraph.slice(at + card.title.length));
    const inCard = new Set(wordsOf(card.reason));
    // Three fifths: lead-ins make up a fifth at most, another thing said about the item is far below it.
    return Boolean(card.reason) && told.filter((word) => inCard.has(word)).length >= 0.6 * told.length;
  }

  /* [text beside the cards, reason of each card by item id]; `arriving`: more words may come. */
  function shareOut(text, cards, arriving) {
    const reasons = new Map(cards.map((card) => [card.item_id, card.reason]));
    const left = paragraphs(text).filter((paragraph, place, all) => {
      const card = cardOf(paragraph, cards);
      if (card && !card.reason) {
        const rest = paragraph.slice(titleAt(paragraph, card.title) + card.title.length);
        reasons.set(card.item_id, rest.replace(/^\s*(?:\([^)]*\))?\s*[:.,：。，]?\s*/u, ""));
        return false;
      }
      if (card) return !says(card, paragraph);
      // A new paragraph waits until it has named its item, or has had the room to.
      const room = 60 + Math.max(0, ...cards.map((each) => each.title.length));
      return !(arriving && cards.length && place > 0 && place === all.length - 1 && paragraph.length < room);
    });
    return [left, reasons];
  }

  const present = new Set();

  class ParleyChat extends HTMLElement {
    static observedAttributes = SETTINGS;

    #shadow = null;
    #at = {}; // the parts that change: root, panel, talk, chips, input, status, launch, …
    #strings = {};
    #session = "";
    #turns = 0;
    #chips = [];
    #labels = new Map(); // chip key → label, and item id → title: what a tap was about
    #titles = new Map();
    #busy = null; // the turn being answered
    #beginning = null;
    #stops = new Set(); // running requests
    #live = null; // the parts of that turn
    #era = 0; // goes up when what is running no longer counts
    #number = 0; // which of the widgets for the same catalogue on this page
    #returnTo = null;
    #following = true;
    #followedTo = 0;
    #seen = null;

    // ---- the page's side ----

    open() {
      if (!this.isConnected || this.#inline) return;
      for (const other of present) {
        if (other !== this && other.#showing) other.close();
      }
      if (this.#showing) return;
      const focused = document.activeElement;
      this.#returnTo = focused && focused !== this && focused !== document.body ? focused : null;
      this.#at.panel.hidden = false;
      this.#at.launch.hidden = true;
      // On a phone the field would call up the keyboard over what there is to read.
      (matchMedia("(pointer: coarse)").matches ? this.#at.panel : this.#at.input).focus({ preventScroll: true });
      this.#emit("open");
      this.#wake();
    }

    close() {
      if (!this.#showing || this.#inline) return;
      const inside = this.#shadow.activeElement;
      this.#at.panel.hidden = true;
      this.#at.launch.hidden = false;
      if (inside || document.activeElement === document.body) {
        const back = this.#returnTo?.isConnected ? this.#returnTo : this.#at.launch;
        back.focus({ preventScroll: true });
      }
      this.#emit("close");
    }

    async send(text) {
      const said = String(text ?? "").trim();
      if (!said) return null;
      this.open();
      while (this.#busy) await this.#busy;
      return this.#say(said);
    }

    reset() {
      this.#forget();
      if (!this.#shadow) return;
      this.#clear();
      if (this.#inline || this.#showing) this.#wake();
    }

    configure(settings = {}) {
      for (const [name, value] of Object.entries(settings)) {
        if (name === "strings") this.#strings = { ...this.#strings, ...value };
        else if (!SETTINGS.includes(kebab(name))) continue;
        else if (value === null || value === undefined) this.removeAttribute(kebab(name));
        else this.setAttribute(kebab(name), String(value));
      }
      if (this.#shadow) this.#label();
    }

    connectedCallback() {
      // Another copy of the element, cloned from this page's markup, brings no shadow.
      if (!this.#shadow) this.#build();
      present.add(this);
      const taken = new Set([...present].filter((each) => each !== this && each.#key === this.#key).map((each) => each.#number));
      this.#number = 0;
      while (taken.has(this.#number)) this.#number += 1;
      this.#arrange();
    }

    disconnectedCallback() {
      present.delete(this);
      queueMicrotask(() => { // an element that is only moved is back by now, and its answer goes on
        if (this.isConnected) return;
        this.#seen?.disconnect();
        this.#seen = null;
        this.#session = ""; // what storage kept is taken up again, should the element come back
        this.#clear();
        delete this.#at.root.dataset.mode;
        this.#at.root.removeAttribute("popover");
        place();
      });
    }

    attributeChangedCallback(name, before, now) {
      if (!this.#shadow || before === now) return;
      if (["server", "site-key", "catalogue"].includes(name)) this.reset();
      this.#arrange();
    }

    // ---- settings ----

    get #inline() { return this.getAttribute("mode") === "inline"; }
    get #showing() { return Boolean(this.#shadow) && !this.#inline && !this.#at.panel.hidden; }
    get #server() {
      const given = this.getAttribute("server");
      return given ? new URL(`${given.replace(/\/*$/, "")}/`, document.baseURI).href : HOME;
    }
    get #key() { return [this.#server, this.getAttribute("site-key") ?? "", this.getAttribute("catalogue") ?? ""].join("|"); }
    get #kept() { return `parley:${this.#key}:${this.#number}`; }
    get #lang() {
      const wanted = this.getAttribute("lang") || document.documentElement.lang || navigator.language || "en";
      const short = wanted.toLowerCase().split("-")[0];
      return short in WORDS ? short : "en";
    }
    get #words() { return { ...WORDS.en, ...WORDS[this.#lang], ...this.#strings }; }

    // ---- the parts ----

    #build() {
      this.#shadow = this.attachShadow({ mode: "open" });
      dress(this.#shadow);
      const at = this.#at;
      const round = (name, click) => h("button", { type: "button", class: "round", click }, icon(name));
      at.launchWords = h("span");
      at.launch = h("button", { type: "button", class: "launch", "aria-haspopup": "dialog", click: () => this.open() }, icon("talk"), at.launchWords);
      at.heading = h("h2", { id: "heading" });
      at.fresh = round("plus", () => { if (!this.#busy) this.reset(); });
      at.close = round("cross", () => this.close());
      at.chips = h("ul", { class: "chips", hidden: true });
      at.talk = h("div", { class: "talk", tabindex: 0, role: "region" });
      at.input = h("textarea", { rows: 1, autocomplete: "off", enterkeyhint: "send" });
      at.send = h("button", { type: "submit", class: "send" }, icon("send"));
      at.compose = h("form", { class: "compose" }, at.input, at.send);
      at.panel = h("section", { class: "panel", "aria-labelledby": "heading", tabindex: -1 },
        h("header", { class: "head" }, at.heading, at.fresh, at.close), at.chips, at.talk, at.compose);
      at.status = h("p", { class: "unseen", role: "status" });
      at.root = h("div", { class: "root" }, at.launch, at.panel, at.status);
      at.panel.hidden = true;

      at.compose.addEventListener("submit", (event) => { event.preventDefault(); this.#submit(); });
      at.input.addEventListener("input", () => this.#fit());
      at.talk.addEventListener("scroll", () => { // who scrolled up to read is left alone
        this.#following = Math.abs(at.talk.scrollTop - this.#followedTo) < 40;
      }, { passive: true });
      for (const kind of ["keydown", "keypress", "keyup"]) {
        at.root.addEventListener(kind, (event) => {
          if (kind === "keydown") this.#pressed(event);
          event.stopPropagation(); // a page's own shortcuts must not fire while somebody types here
        });
      }
      this.#shadow.append(at.root);
    }

    #arrange() {
      const { root, panel, launch, close } = this.#at;
      const inline = this.#inline;
      const before = root.dataset.mode;
      root.dataset.mode = inline ? "inline" : "floating";
      const theme = this.getAttribute("theme");
      root.dataset.theme = theme === "light" || theme === "dark" ? theme : "auto";
      root.dataset.side = this.getAttribute("side") === "start" ? "start" : "end";
      if (before !== root.dataset.mode) {
        panel.hidden = !inline;
        launch.hidden = inline;
        close.hidden = inline;
        panel.setAttribute("role", inline ? "region" : "dialog");
        root.removeAttribute("popover");
        this.#seen?.disconnect();
        this.#seen = null;
      }
      if (inline && !this.#seen) { // nothing is asked of the server before somebody can see it
        this.#seen = new IntersectionObserver((entries) => {
          if (entries.some((entry) => entry.isIntersecting)) { this.#seen.disconnect(); this.#wake(); }
        });
        this.#seen.observe(this);
      }
      this.#label();
      place();
      if (!inline) requestAnimationFrame(() => this.#escape());
    }

    /* A page that moves its whole body (a transform, a filter) would take what is fixed along: then it goes into
       the browser's top layer. Not always, since there an owner's own drawers could not cover it. */
    #escape() {
      const { root } = this.#at;
      const { right, bottom } = this.getBoundingClientRect();
      const moved = Math.max(Math.abs(innerWidth - right), Math.abs(innerHeight - bottom)) > 24; // a scroll bar's width
      if (!this.isConnected || this.#inline || !moved || !root.showPopover) return;
      root.popover = "manual";
      if (!root.matches(":popover-open")) root.showPopover();
    }

    stack(position) { this.#at.root.style.setProperty("--_at", String(position)); }

    #label() {
      const words = this.#words;
      const { root, heading, launchWords, fresh, close, chips, talk, input, send } = this.#at;
      root.lang = this.#lang;
      heading.textContent = clean(this.getAttribute("heading") || words.heading);
      launchWords.textContent = clean(words.launch);
      for (const [part, name] of [[fresh, "fresh"], [close, "close"], [chips, "understood"], [talk, "talk"], [input, "message"], [send, "send"]]) {
        part.setAttribute("aria-label", words[name]);
      }
      fresh.title = words.fresh;
      close.title = words.close;
      input.placeholder = words.hint;
    }

    #pressed(event) {
      if (event.isComposing) return; // the keys belong to an input method
      if (event.key === "Escape" && this.#showing) { event.preventDefault(); this.close(); }
      if (event.key === "Enter" && event.target === this.#at.input && !event.shiftKey) { event.preventDefault(); this.#submit(); }
      if (event.key === "Tab" && this.#showing && matchMedia(NARROW).matches) {
        // Over a whole small screen the focus must not go where nobody can see it.
        const stops = [...this.#at.panel.querySelectorAll("button, textarea, a[href], [tabindex='0']")].filter((each) => each.getClientRects().length);
        const edge = event.shiftKey ? stops[0] : stops.at(-1);
        const from = this.#shadow.activeElement;
        if (from === edge || (event.shiftKey && from === this.#at.panel)) {
          event.preventDefault();
          (event.shiftKey ? stops.at(-1) : stops[0]).focus();
        }
      }
    }

    #fit() {
      const { input } = this.#at;
      input.style.height = "auto";
      input.style.height = `${Math.min(118, input.value ? Math.max(40, input.scrollHeight) : 40)}px`;
    }

    #emit(name, detail = {}, cancelable = false) {
      return this.dispatchEvent(new CustomEvent(`parley:${name}`, { bubbles: true, composed: true, cancelable, detail }));
    }

    // ---- the server's side ----

    #headers(accept, body) {
      const headers = { Accept: accept };
      if (this.hasAttribute("site-key")) headers["X-Parley-Site-Key"] = this.getAttribute("site-key");
      if (body) headers["Content-Type"] = "application/json";
      return headers;
    }

    async #fetch(method, path, body, accept = "application/json") {
      const catalogue = this.getAttribute("catalogue");
      if (!catalogue || !this.#server) throw new Fault("settings", "parley-chat needs a catalogue (data-catalogue), and a server if this file was not loaded by a script tag");
      const stop = new AbortController();
      let timer = 0;
      const alive = () => { clearTimeout(timer); timer = setTimeout(() => stop.abort(), SILENCE_MS); };
      const over = () => { clearTimeout(timer); this.#stops.delete(stop); };
      const headers = this.#headers(accept, body);
      this.#stops.add(stop);
      alive();
      let response;
      try {
        response = await fetch(`${this.#server}api/v1/${path}`, { method, headers, body: body && JSON.stringify(body), mode: "cors", credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", signal: stop.signal });
        if (response.ok) return { response, alive, over };
      } catch (error) {
        over();
        throw new Fault("away", String(error));
      }
      const told = await response.json().then((answer) => answer.error, () => null);
      over();
      throw new Fault(told?.code ?? "http", told?.message ?? `status ${response.status}`, response.status);
    }

    async #call(method, path, body) {
      const { response, over } = await this.#fetch(method, path, body);
      try { return await response.json(); } catch (error) { throw new Fault("away", String(error)); } finally { over(); }
    }

    /* A session: the one of an earlier page if it is still there, else a new one. */
    #begin() {
      if (this.#session) return Promise.resolve();
      this.#beginning ??= this.#resumed().finally(() => { this.#beginning = null; });
      return this.#beginning;
    }

    async #resumed() {
      const kept = store.get(this.#kept);
      const era = this.#era;
      if (kept) {
        try {
          const view = await this.#call("GET", `sessions/${encodeURIComponent(kept)}`);
          if (era !== this.#era) return;
          this.#session = kept;
          this.#show(view);
          return;
        } catch (fault) {
          // Only "there is none" costs the conversation; a server that is away keeps it.
          if (![404, 422].includes(fault.status)) throw fault;
          store.set(this.#kept, "");
        }
      }
      const begun = await this.#call("POST", "sessions", { catalogue: this.getAttribute("catalogue") });
      if (era !== this.#era) return;
      this.#session = begun.session;
      store.set(this.#kept, begun.session);
      if (!this.#at.talk.childElementCount) this.#welcome(begun.quick_replies);
    }

    #forget() {
      store.set(this.#kept, "");
      this.#session = "";
      this.#turns = 0;
      this.#titles.clear();
      this.#labels.clear();
    }

    /* Nothing shown, nothing running. */
    #clear() {
      this.#era += 1;
      for (const stop of this.#stops) stop.abort();
      this.#beginning = this.#live = null;
      this.#settle(this.#busy);
      this.#at.talk.replaceChildren();
      this.#understood([]);
      this.#at.status.textContent = "";
    }

    #settle(turn) {
      if (this.#busy !== turn) return;
      this.#busy = null;
      delete this.#at.root.dataset.busy;
    }

    /* The first request, once the widget is looked at. */
    async #wake() {
      const era = this.#era;
      try {
        await this.#begin();
      } catch (fault) {
        if (this.#busy || era !== this.#era) return; // the turn shows it
        this.#at.talk.replaceChildren(this.#notice(fault, () => { this.#at.talk.replaceChildren(); this.#wake(); }));
      }
    }

    // ---- a turn ----

    #submit() {
      const said = this.#at.input.value.trim();
      if (!said || this.#busy) return;
      this.#at.input.value = "";
      this.#fit();
      this.#say(said);
    }

    #say(said) {
      return this.#take({ said, method: "POST", path: "messages", body: { text: said } });
    }

    #judge(item, liked) {
      if (this.#busy) return;
      const words = this.#words;
      const line = fill(liked === null ? words.unjudged : liked ? words.liked : words.unliked, item);
      this.#take({ line, method: "POST", path: "feedback", body: { item_id: item.item_id, liked } })
        .then((answered) => { if (answered) this.#emit("like", { item, liked }); });
    }

    #takeBack(chip) {
      if (this.#busy) return;
      this.#take({ line: fill(this.#words.removed, { label: chip.label }), method: "DELETE", path: `constraints/${encodeURIComponent(chip.key)}` });
    }

    /* Ask, show the answer as it comes; resolves to {text, items} or null, and never rejects. */
    #take(ask) {
      const turn = this.#answered(ask).catch((error) => { console.error("parley:", error); return null; });
      this.#busy = turn;
      this.#at.root.dataset.busy = "";
      return turn.finally(() => this.#settle(turn));
    }

    async #answered(ask) {
      const { talk, status } = this.#at;
      const era = this.#era;
      status.textContent = "";
      const held = this.#shadow.activeElement;
      talk.querySelectorAll(".quicks").forEach((each) => each.remove());
      talk.querySelectorAll(".notice button, .talk > .notice").forEach((each) => each.remove());
      const live = this.#turnNode(ask.said, ask.line);
      live.answer.prepend(h("p", { class: "dots", "aria-label": this.#words.busy, role: "img" }, h("i"), h("i"), h("i")));
      talk.append(live.node);
      this.#live = live;
      if (held && !held.isConnected) talk.focus({ preventScroll: true });
      this.#following = true;
      this.#follow(live.node);
      try {
        await this.#begin();
        if (ask.again && await this.#wasAnswered()) return null;
        const turn = await this.#streamed(ask, live);
        if (era !== this.#era) return null;
        this.#live = null;
        this.#finish(live, turn);
        const items = turn.cards.map(({ item_id, title, rank }) => ({ item_id, title, rank }));
        if (items.length) this.#emit("recommend", { items });
        return { text: turn.text, items };
      } catch (fault) {
        if (era !== this.#era) return null;
        this.#live = null;
        return this.#failed(ask, live, fault);
      }
    }

    /* A connection that broke may have lost the answer alone: then it is fetched, not asked for twice. */
    async #wasAnswered() {
      const view = await this.#call("GET", `sessions/${encodeURIComponent(this.#session)}`);
      if (lastTurn(view) <= this.#turns) return false;
      this.#live = null;
      this.#show(view);
      return true;
    }

    async #streamed(ask, live) {
      const { response, alive, over } = await this.#fetch(ask.method, `sessions/${encodeURIComponent(this.#session)}/${ask.path}`, ask.body, "text/event-stream");
      let text = "";
      let cards = [];
      let drawing = 0;
      const draw = () => { drawing = 0; this.#draw(live, text, cards, true); this.#follow(live.node); };
      try {
        for await (const [name, data] of events(response, alive)) {
          if (name === "heard") this.#understood(data.chips);
          else if (name === "cards") { cards = data.cards; drawing ||= requestAnimationFrame(draw); }
          else if (name === "text") { text += data.text; drawing ||= requestAnimationFrame(draw); }
          else if (name === "error") throw new Fault(data.error.code, data.error.message, 200);
          else if (name === "done") return data;
        }
      } catch (error) {
        throw error instanceof Fault ? error : new Fault("away", String(error));
      } finally {
        cancelAnimationFrame(drawing);
        over();
      }
      throw new Fault("away", "the answer ended before it was finished");
    }

    #failed(ask, live, fault) {
      const words = this.#words;
      if (fault.status === 404 && fault.code === "unknown_session") {
        this.#forget();
        this.#understood([]);
        live.node.remove();
        this.#at.talk.append(h("p", { class: "line" }, words.gone));
        if (ask.said && !ask.anew) return this.#answered({ ...ask, anew: true });
        this.#wake();
        return null;
      }
      live.answer.replaceChildren(this.#notice(fault, () => {
        if (this.#busy) return;
        live.node.remove();
        this.#take({ ...ask, again: true });
      }));
      this.#follow(live.node);
      return null;
    }

    #notice(fault, again) {
      const words = this.#words;
      // What our server says of a message is meant for people; what it says of keys is for the owner.
      const told = fault.code === "away" ? words.away
        : fault.status === 403 || fault.code === "settings" || fault.code === "unknown_catalogue" ? words.refused
        : fault.status === 422 && fault.code === "bad_input" ? fault.message : words.broken;
      if (told === words.refused) console.warn(`parley: ${fault.message}`);
      this.#at.status.textContent = clean(told);
      this.#emit("error", { code: fault.code, message: fault.message });
      const retry = told !== words.refused && fault.status !== 422;
      return h("div", { class: "notice" }, h("p", {}, told), retry ? h("button", { type: "button", class: "quick", click: again }, words.again) : null);
    }

    #finish(live, turn) {
      this.#turns = turn.turn;
      this.#draw(live, turn.text, turn.cards, false);
      this.#understood(turn.chips);
      this.#offer(live.answer, turn.quick_replies);
      this.#follow(live.node);
      // Said once, when it is whole; the status part is there from the start, as screen readers need it.
      const count = turn.cards.length;
      const found = count ? fill(count === 1 ? this.#words.one : this.#words.many, { n: count }) : "";
      this.#at.status.textContent = clean(found + turn.text);
    }

    // ---- drawing ----

    #turnNode(said, line) {
      const words = h("div", { class: "words" });
      const cards = h("ol", { class: "cards", "aria-label": this.#words.cards });
      const answer = h("div", { class: "answer" }, words, cards);
      const head = said ? h("p", { class: "said" }, h("span", { class: "unseen" }, this.#words.said), said) : line ? h("p", { class: "line" }, line) : null;
      return { node: h("article", { class: "turn" }, head, answer), answer, words, cards, shown: new Map() };
    }

    #draw(live, text, cards, arriving) {
      const [left, reasons] = shareOut(text, cards, arriving);
      if (left.length || cards.length || !arriving) live.answer.querySelector(".dots")?.remove();
      while (live.words.childElementCount > left.length) live.words.lastChild.remove();
      left.forEach((paragraph, place) => {
        const node = live.words.children[place] ?? live.words.appendChild(h("p"));
        if (node.textContent !== clean(paragraph)) node.textContent = clean(paragraph);
      });
      // A card that is there stays: its picture must not blink while words arrive.
      const ids = new Set(cards.map((card) => card.item_id));
      for (const [id, node] of live.shown) if (!ids.has(id)) { node.remove(); live.shown.delete(id); }
      cards.forEach((card, place) => {
        let node = live.shown.get(card.item_id);
        if (!node) live.shown.set(card.item_id, node = this.#card(card));
        if (live.cards.children[place] !== node) live.cards.insertBefore(node, live.cards.children[place] ?? null);
        node.querySelector(".reason").textContent = clean(reasons.get(card.item_id) ?? "");
        this.#titles.set(card.item_id, card.title);
      });
    }

    #card(card) {
      const words = this.#words;
      const item = { item_id: card.item_id, title: card.title, rank: card.rank };
      const leading = card.facts.filter(([label]) => ["price", "year", "rating"].includes(label.toLowerCase())).slice(0, 3);
      const others = card.facts.filter((fact) => !leading.includes(fact)).slice(0, MAX_FACTS);
      const judge = (value, name, symbol) => h("button", {
        type: "button", "data-judge": String(value), "aria-pressed": "false", "aria-label": `${words[name]}: ${card.title}`,
        click: (event) => this.#judge(item, event.currentTarget.getAttribute("aria-pressed") === "true" ? null : value),
      }, icon(symbol), h("span", {}, words[name]));
      const node = h("li", { class: "card", "data-item": card.item_id },
        h("div", { class: "media" }, this.#picture(card), h("span", { class: "rank", "aria-hidden": "true" }, String(card.rank))),
        h("div", { class: "body" }, card.search ? h("p", { class: "kind" }, card.search) : null, h("h3", {}, this.#title(item)),
          leading.length ? h("p", { class: "lead" }, ...leading.map(([label, value]) => h("span", {}, label.toLowerCase() === "rating" ? icon("star") : null, h("span", { class: "unseen" }, `${label}: `), value))) : null,
          h("p", { class: "reason" }),
          others.length ? h("dl", { class: "facts" }, ...others.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value)))) : null),
        h("div", { class: "acts" }, judge(true, "like", "heart"), judge(false, "unlike", "minus")));
      this.#mark(node, card.liked);
      return node;
    }

    #title(item) {
      const pattern = this.getAttribute("item-url");
      if (!pattern) return item.title;
      const url = new URL(pattern.replaceAll("{id}", encodeURIComponent(item.item_id)), document.baseURI);
      if (!["https:", "http:"].includes(url.protocol)) return item.title;
      return h("a", { href: url.href, click: (event) => { this.#opened(item); if (!this.#emit("click", { item, url: url.href }, true)) event.preventDefault(); } }, item.title);
    }

    /* Told even while the page goes away; that it fails must disturb nobody. */
    #opened(item) {
      if (!this.#session) return;
      const body = { item_id: item.item_id };
      fetch(`${this.#server}api/v1/sessions/${encodeURIComponent(this.#session)}/clicks`, { method: "POST", headers: this.#headers("application/json", body), body: JSON.stringify(body), mode: "cors", credentials: "omit", keepalive: true, referrerPolicy: "no-referrer" }).catch(() => {});
    }

    #picture(card) {
      const blank = () => h("div", { class: "blank", "aria-hidden": "true" }, [...clean(card.title)][0] ?? "·");
      const folder = `${this.#server}pictures/`;
      const own = (path) => path ? new URL(path.replace(/^\/+/, ""), this.#server).href : "";
      const url = own(card.picture);
      if (!url.startsWith(folder)) return blank(); // from the server alone
      const sizes = (card.picture_sizes ?? []).map(([width, path]) => [own(path), width]).filter(([one]) => one.startsWith(folder));
      // What a picture takes at most: a narrow panel shows it beside the words, a wide one (640, as in the style sheet) above them.
      const room = this.#at.panel.clientWidth < 640 ? "170px" : "362px";
      // Asked for with the page's origin, so that the server knows which site shows it. The title stands beside it.
      const image = h("img", { crossorigin: "anonymous", referrerpolicy: "no-referrer", alt: "", loading: "lazy", decoding: "async", ...(sizes.length ? { sizes: room, srcset: sizes.map(([one, width]) => `${one} ${width}w`).join(", ") } : {}), src: url });
      image.addEventListener("error", () => image.replaceWith(blank()));
      return image;
    }

    #mark(node, liked) {
      node.dataset.judged = String(liked ?? "");
      for (const button of node.querySelectorAll("[data-judge]")) button.setAttribute("aria-pressed", String(button.dataset.judge === String(liked)));
    }

    #understood(chips) {
      const held = this.#shadow.activeElement;
      this.#chips = chips;
      const part = this.#at.chips;
      part.hidden = !chips.length;
      part.replaceChildren(...chips.map((chip) => {
        this.#labels.set(chip.key, chip.label);
        const against = chip.polarity < 0 ? this.#words.against : "";
        const sign = against ? icon("minus") : chip.kind === "like" ? icon("heart") : null;
        return h("li", { class: against ? "chip no" : "chip", title: chip.source || null },
          h("span", {}, sign, against ? h("span", { class: "unseen" }, against) : null, chip.label),
          h("button", { type: "button", class: "round", "aria-label": fill(this.#words.remove, { label: against + chip.label }), click: () => this.#takeBack(chip) }, icon("cross")));
      }));
      if (held && !held.isConnected) this.#at.talk.focus({ preventScroll: true });
      // Every card shows the judgement that holds now; a key may join several by " + ".
      for (const node of this.#at.talk.querySelectorAll(".card")) {
        const found = chips.find((chip) => ` + ${chip.key} + `.includes(` + item:${node.dataset.item} + `));
        this.#mark(node, found ? found.polarity > 0 : null);
      }
    }

    #welcome(openings) {
      const box = h("div", { class: "turn answer" }, h("p", { class: "hello" }, this.#words.hello));
      this.#offer(box, openings);
      this.#at.talk.replaceChildren(box);
    }

    #offer(box, quicks) {
      if (!quicks.length) return;
      const tap = (quick) => () => { if (!this.#busy) this.#say(quick.text); };
      box.append(h("ul", { class: "quicks", "aria-label": this.#words.quick },
        ...quicks.map((quick) => h("li", {}, h("button", { type: "button", class: "quick", click: tap(quick) }, quick.label)))));
    }

    /* A whole conversation, as the server has it. */
    #show(view) {
      this.#at.talk.replaceChildren();
      this.#turns = lastTurn(view);
      if (!view.turns.length) this.#welcome(view.quick_replies);
      let last = null;
      for (const turn of view.turns) {
        last = this.#turnNode(turn.user, turn.user ? "" : this.#tapped(turn));
        this.#at.talk.append(last.node);
        this.#draw(last, turn.text, turn.cards, false);
        for (const chip of turn.chips) this.#labels.set(chip.key, chip.label);
      }
      this.#understood(view.chips);
      if (this.#live) this.#at.talk.append(this.#live.node); // what was said meanwhile
      if (!last || this.#live) return;
      this.#offer(last.answer, view.quick_replies);
      this.#following = true;
      this.#follow(last.node);
    }

    #tapped(turn) {
      const words = this.#words;
      for (const act of turn.acts) {
        const title = (act.items ?? []).map((id) => this.#titles.get(id) ?? words.that).join(", ");
        if (act.intent === "like" && title) return fill(words.liked, { title });
        if (act.intent === "dislike" && title) return fill(words.unliked, { title });
        if (act.intent !== "remove") continue;
        const key = (act.keys ?? []).join(" + ");
        const judged = this.#titles.get(key.replace(/^item:/, ""));
        return judged ? fill(words.unjudged, { title: judged }) : fill(words.removed, { label: this.#labels.get(key) ?? words.that });
      }
      return "";
    }

    /* The whole turn in view when it fits, else its beginning: nobody reads an answer from its end. */
    #follow(node) {
      if (!this.#following) return;
      const { talk } = this.#at;
      const top = node.getBoundingClientRect().top - talk.getBoundingClientRect().top + talk.scrollTop;
      talk.scrollTop = Math.min(top - 12, talk.scrollHeight - talk.clientHeight);
      this.#followedTo = talk.scrollTop;
    }
  }

  /* A turn's number, not how many are shown: what was only taken in is not shown. */
  const lastTurn = (view) => view.turns.at(-1)?.turn ?? 0;

  /* Launchers in one corner stand above one another. */
  function place() {
    const count = { start: 0, end: 0 };
    for (const each of present) {
      if (each.getAttribute("mode") === "inline") continue;
      each.stack(count[each.getAttribute("side") === "start" ? "start" : "end"]++);
    }
  }

  if (!customElements.get("parley-chat")) customElements.define("parley-chat", ParleyChat);

  // ---- the tag ------------------------------------------------------------------------------------------
  const given = { ...window.parleySettings, ...script?.dataset };
  const insert = () => {
    const same = (each) => ["site-key", "catalogue"].every((name) => (each.getAttribute(name) ?? "") === (given[name === "site-key" ? "siteKey" : name] ?? ""));
    const inline = given.mode === "inline";
    // A tag that got onto a page twice by mistake still makes one button.
    if (!inline && [...document.querySelectorAll("parley-chat:not([mode='inline'])")].some(same)) return;
    const element = document.createElement("parley-chat");
    element.configure({ ...(HOME && { server: HOME }), ...given });
    const target = given.target ? document.querySelector(given.target) : null;
    if (target) target.append(element);
    else if (inline && document.body.contains(script)) script.after(element);
    else document.body.append(element);
  };
  if (given.catalogue && given.mode !== "none") {
    if (document.body) insert();
    else document.addEventListener("DOMContentLoaded", insert, { once: true });
  }
})();
