// The assistant on another site's pages. One line embeds it: <script src="https://SERVER/widget.js" defer></script>
//
// It lives in a shadow root and builds every node by hand: no markup from strings, no inline styles, no globals, so that it
// works under a strict content security policy and what the server sends is always text. The page chooses colours, language
// and place; nothing that it says reaches the model. Read from the bottom: `mount` puts it on the page, `ask` asks.
// assistant/web/widget.py fills in __TEXTS__ and __STYLES__.
(() => {
  'use strict';
  const TEXTS = __TEXTS__;
  const STYLES = __STYLES__;
  const LIMIT = 2000; // characters of a question
  const KEPT = 20; // turns that survive a reload
  const REMEMBERED = 6; // turns that a follow-up question can refer to
  const QUOTED = 10000; // characters of each that are sent again
  const PATIENCE = 45000; // milliseconds without a sign of life from the server, which sends heartbeats
  const DESK = { light: '#f3f5f8', dark: '#222831' }; // the least favourable surfaces (--desk) that the accent is text on

  // asked of the prototype: on the document itself, an element named "currentScript" would stand for it
  const script = Object.getOwnPropertyDescriptor(Document.prototype, 'currentScript').get.call(document);
  if (!(script instanceof HTMLScriptElement && script.src) || !('adoptedStyleSheets' in document)) return;
  const server = new URL('.', script.src).href.replace(/\/$/, '');
  const misread = []; // attributes of the tag that say nothing to us, for the web master
  const option = (name, otherwise, allowed, pattern = RegExp(`^(${allowed.replaceAll(', ', '|')})$`)) => {
    const value = script.getAttribute(`data-${name}`) ?? otherwise;
    const read = value.trim().toLowerCase();
    if (pattern.test(read)) return read;
    misread.push(`data-${name}="${value}" (${allowed})`);
    return otherwise;
  };
  const language = option('lang', /^en\b/i.test(document.documentElement.lang) ? 'en' : 'vi', 'vi, en');
  const theme = option('theme', 'auto', 'auto, light, dark');
  const side = option('position', 'right', 'right, left');
  const opens = option('open', 'false', 'true, false') === 'true';
  const accent = option('color', '#1d4ed8', '#rgb, #rrggbb', /^#([\da-f]{3}){1,2}$/);
  // data-language, data-colour: what begins like one of ours; other scripts' attributes are theirs
  const OURS = ['lang', 'theme', 'color', 'title', 'greeting', 'position', 'open'].map((name) => `data-${name}`);
  for (const { name } of script.attributes)
    if (!OURS.includes(name) && OURS.some((ours) => name.startsWith(ours.slice(0, 8)))) misread.push(`${name} (${OURS.join(', ')})`);
  const t = TEXTS[language];

  // --- text ------------------------------------------------------------------------------------------------------------

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const clean = (text) =>
    String(text ?? '')
      .normalize('NFC')
      .replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{DI}\p{Zl}\p{Zp}]/gu, '');
  const oneLine = (text) => clean(text).replace(/\s+/g, ' ').trim();
  const length = (text) => [...text].length;
  const region = language === 'vi' ? 'vi-VN' : 'en-GB';
  const number = (value) => value.toLocaleString(region);
  const when = (at) => {
    const time = new Date(at).toLocaleTimeString(region, { hour: '2-digit', minute: '2-digit' });
    return fill(t.when, { time, date: new Date(at).toLocaleDateString(region) });
  };
  const title = oneLine(script.dataset.title) || t.title;
  const greeting = oneLine(script.dataset.greeting) || t.greeting;

  // --- nodes -----------------------------------------------------------------------------------------------------------

  const el = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === 'function') node.addEventListener(name, value);
      else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
    }
    node.append(...children.filter(Boolean));
    return node;
  };
  const ICONS = {
    chat: 'M4 5.5h16v11h-8.5L7 20.5v-4H4zM8 9.5h8M8 12.5h5',
    fresh: 'M12 5v14M5 12h14',
    close: 'M6 6l12 12M18 6L6 18',
    send: 'M12 19V5M6 11l6-6 6 6',
    stop: 'M7 7h10v10H7z',
    copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
    done: 'M5 12.5l4.5 4.5L19 7.5',
    print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z',
    good: 'M7 11v9H4v-9h3l4.2-7.2c1.3.2 2.1 1.3 1.8 2.6L12.3 10h5.9c1.2 0 2 1.1 1.7 2.2l-1.6 6.2c-.3 1-1.1 1.6-2.1 1.6H7',
    bad: 'M7 13V4H4v9h3l4.2 7.2c1.3-.2 2.1-1.3 1.8-2.6L12.3 14h5.9c1.2 0 2-1.1 1.7-2.2l-1.6-6.2C18 4.6 17.2 4 16.2 4H7',
  };
  const icon = (name) => {
    const make = (tag, attributes) => {
      const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      return node;
    };
    const svg = make('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' });
    svg.append(make('path', { d: ICONS[name], ...(name === 'stop' && { fill: 'currentColor' }) }));
    return svg;
  };
  const iconButton = (name, label, click, attributes = {}) =>
    el('button', { type: 'button', 'aria-label': label, title: label, click, ...attributes }, icon(name));

  // --- Markdown: the few forms that answers use, as nodes -----------------------------------------------------------------

  const ITEM = /^( *)(?:[-*+•]|(\d{1,4})\.) +(.*)$/;
  const RULE = /^ *(?:-{3,}|\*{3,}|_{3,}) *$/;
  const QUOTE = /^ {0,3}> ?/;
  const HEADING = /^ {0,3}#{1,6} +/;
  const DELIMITER = /^ *\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?$/;
  const starts = (lines, i) =>
    ITEM.test(lines[i]) || RULE.test(lines[i]) || QUOTE.test(lines[i]) || HEADING.test(lines[i]) || isTable(lines, i);
  const isTable = (lines, i) => lines[i].includes('|') && DELIMITER.test(lines[i + 1] ?? '');

  /** Nodes of a text. `cite(n)` gives the node of a marker or nothing; `growing`: emphasis may still be open at the end. */
  const markdown = (text, cite, growing) => {
    const inside = (lines) => inline(lines.join('\n').trim(), cite, growing);

    const blocks = (lines) => {
      const found = [];
      for (let i = 0; i < lines.length;) {
        const take = (belongs) => {
          const from = i++;
          while (i < lines.length && belongs(lines[i])) i++;
          return lines.slice(from, i);
        };
        if (!lines[i].trim()) i++;
        else if (RULE.test(lines[i])) found.push((i++, el('hr')));
        else if (QUOTE.test(lines[i]))
          found.push(el('blockquote', {}, ...blocks(take((l) => QUOTE.test(l)).map((l) => l.replace(QUOTE, '')))));
        else if (ITEM.test(lines[i])) found.push(list(take(inList(lines[i]))));
        else if (isTable(lines, i)) found.push(table(take((l) => l.includes('|'))));
        else if (HEADING.test(lines[i])) found.push(el('p', {}, el('strong', {}, inside([lines[i++].replace(HEADING, '')]))));
        else found.push(el('p', {}, inside(take((l) => l.trim() && !starts(lines, i)))));
      }
      return found;
    };

    // what belongs to a list that begins with `first`: items of its kind, what is indented below them, lines that go on
    const inList = (first) => {
      const [, indent, ordinal] = ITEM.exec(first);
      let gap = false;
      return (line) => {
        if (!line.trim()) return (gap = true);
        const item = ITEM.exec(line);
        const deeper = /^ */.exec(line)[0].length >= indent.length + 2;
        const another = item && !item[2] === !ordinal && !RULE.test(line);
        const goesOn = !gap && !item && !RULE.test(line) && !QUOTE.test(line);
        gap = false;
        return deeper || another || goesOn;
      };
    };

    const list = (lines) => {
      const [, indent, ordinal] = ITEM.exec(lines[0]);
      const items = [];
      for (const line of lines) {
        const item = ITEM.exec(line);
        if (item && item[1].length < indent.length + 2) items.push({ value: item[2], lines: [item[3]] });
        else items.at(-1).lines.push(line.slice(Math.min(/^ */.exec(line)[0].length, indent.length + 2)));
      }
      return el(ordinal ? 'ol' : 'ul', {}, ...items.map((item) => listItem(item)));
    };
    const listItem = ({ value, lines }) => {
      let end = 1; // an item's first line is text, whatever it looks like: "- 1. Công tác chỉ đạo"
      while (end < lines.length && lines[end].trim() && !starts(lines, end)) end++;
      return el('li', { value }, inside(lines.slice(0, end)), ...blocks(lines.slice(end)));
    };

    const table = (lines) => {
      const cells = (line) =>
        line
          .trim()
          .replace(/\\\|/g, '\ue000')
          .replace(/^\||\|$/g, '')
          .split('|');
      const row = (line, tag) =>
        el(
          'tr',
          {},
          ...cells(line).map((cell) => el(tag, tag === 'th' ? { scope: 'col' } : {}, inside([cell.replace(/\ue000/g, '|')]))),
        );
      const [head, , ...body] = lines;
      const rows = el('table', {}, el('thead', {}, row(head, 'th')), el('tbody', {}, ...body.map((line) => row(line, 'td'))));
      return el('div', { class: 'wide', role: 'region', tabindex: growing ? undefined : '0', 'aria-label': t.table }, rows);
    };

    return blocks(clean(text).split('\n'));
  };

  const inline = (text, cite, growing) => {
    const root = document.createDocumentFragment();
    const open = []; // emphasis begun and not ended, outermost first
    let into = root;
    let last = 0;
    const tokens = /\\([!-/:-@[-`{-~])|\*\*?|\[(\d{1,4})\]|\n/g;
    for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
      into.append(text.slice(last, token.index));
      let [mark, escaped, n] = token;
      if (mark === '**' && open.at(-1)?.mark === '*' && open.at(-2)) [mark, tokens.lastIndex] = ['*', tokens.lastIndex - 1];
      last = tokens.lastIndex;
      if (escaped) into.append(escaped);
      else if (mark === '\n') into.append(el('br'));
      else if (n) into.append(cite?.(Number(n)) ?? mark);
      else if (open.at(-1)?.mark === mark && /\S/.test(text[token.index - 1])) into = open.pop().outside;
      else if (!open.some((o) => o.mark === mark) && /\S/.test(text[last] ?? '')) {
        const node = el(mark === '*' ? 'em' : 'strong');
        into.append(node);
        open.push({ mark, node, outside: into });
        into = node;
      } else into.append(mark);
    }
    into.append(text.slice(last));
    if (!growing) for (const { mark, node } of open.reverse()) node.replaceWith(mark, ...node.childNodes);
    return root;
  };

  const plain = (text) =>
    clean(text)
      .replace(/\\([!-/:-@[-`{-~])|\*\*/g, '$1')
      .trim();

  /** A quote with its white space folded; the bars between the cells of a table as marks that can be styled. */
  const quoteNodes = (text) => {
    const folded = (piece) =>
      piece
        .split(/\n\s*\n/)
        .map((paragraph) => paragraph.replace(/\s+/g, ' '))
        .join('\n');
    const cells = clean(text)
      .replace(/\*\*|<\/?(?:b|i|u|strong|em)>/gi, '') // a file's marks of emphasis
      .replace(/^[|\s]+|[|\s]+$/g, '')
      .split(/\s*[|\t][\s|]*/);
    return cells.flatMap((cell, i) => (i ? [el('i', {}, ' | '), folded(cell)] : [folded(cell)]));
  };

  // --- colours -----------------------------------------------------------------------------------------------------------

  const rgb = (hex) =>
    (hex.length < 7 ? [...hex.slice(1)].map((d) => d + d) : hex.slice(1).match(/../g)).map((d) => parseInt(d, 16));
  const luminance = (color) => {
    const [r, g, b] = color.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  /** The colour itself, or the nearest shade of it towards `end` (0 or 255) that is legible as text on the surface. */
  const legible = (color, surface, end) => {
    for (let part = 0; ; part += 0.02) {
      const shade = color.map((v) => Math.round(v + (end - v) * Math.min(1, part)));
      if (part >= 1 || contrast(shade, rgb(surface)) >= 4.6) return shade;
    }
  };
  const colours = (root) => {
    const color = rgb(accent);
    const white = contrast(color, [255, 255, 255]) >= contrast(color, [0, 0, 0]);
    const set = (name, value) => root.style.setProperty(name, `rgb(${value.join(' ')})`);
    set('--accent', color);
    set('--on-accent', white ? [255, 255, 255] : [0, 0, 0]);
    set('--ink-light', legible(color, DESK.light, 0));
    set('--ink-dark', legible(color, DESK.dark, 255));
  };

  // --- the server --------------------------------------------------------------------------------------------------------

  class Problem extends Error {
    constructor(message, code = '') {
      super(message);
      this.code = code;
    }
  }
  let session = null;

  // The page's own policy may forbid the connection. To fetch that is a network that is down; only this event knows better.
  let blocked = false;
  const violated = ({ disposition, effectiveDirective, blockedURI }) => {
    const { origin } = new URL(server);
    if (blocked || disposition !== 'enforce' || effectiveDirective !== 'connect-src' || !`${blockedURI}/`.startsWith(`${origin}/`)) return;
    blocked = true;
    console.error(fill(t.policy, { origin }));
  };

  const send = async (path, { body, headers = {}, signal } = {}) => {
    const init = {
      method: body ? 'POST' : 'GET',
      credentials: 'omit',
      headers: { 'Accept-Language': language, ...headers },
      signal,
    };
    if (body) Object.assign(init, { body: JSON.stringify(body) }).headers['Content-Type'] = 'application/json';
    let response;
    try {
      response = await fetch(server + path, init);
    } catch (error) {
      if (signal?.aborted) throw error;
      const up = await isUp(signal);
      throw new Problem(up ? fill(t.refused, { origin: location.origin }) : blocked ? t.blocked : t.unreachable);
    }
    if (response.ok) return response;
    const told = (await response.json().catch(() => null))?.error;
    throw new Problem(oneLine(told?.message) || t.failed, told?.code);
  };
  // A refused site cannot read the refusal. The script itself may be read from anywhere: when it can, the network is not down.
  const isUp = (signal) =>
    fetch(script.src, { credentials: 'omit', cache: 'no-store', signal }).then(
      (r) => r.ok,
      () => false,
    );

  /** Send with a session; one that has expired is renewed unseen, once. */
  const post = async (path, body, { signal, headers } = {}) => {
    for (let renewed = false; ; renewed = true) {
      session ??= (await (await send('/api/session', { body: {}, signal })).json()).token;
      try {
        return await send(path, { body, signal, headers: { ...headers, 'X-CCHC-Session': session } });
      } catch (error) {
        if (renewed || !/^session_/.test(error.code)) throw error;
        session = null;
      }
    }
  };

  const events = async function* (response, alive) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ''; ;) {
      const { done, value } = await reader.read();
      if (done) return;
      alive();
      const parts = (rest + value).split(/\r?\n\r?\n/);
      rest = parts.pop();
      for (const part of parts) {
        const field = (name) => [...part.matchAll(new RegExp(`^${name}: ?(.*)$`, 'gm'))].map((m) => m[1]).join('\n');
        const data = field('data');
        if (data) yield { name: field('event'), data: JSON.parse(data) };
      }
    }
  };

  /** The Answer to a question; `grown` gets the text so far. Raises Problem, also when the stream ends early. */
  const answerTo = async (question, history, stopping, grown) => {
    let timer;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => stopping.abort(new Problem(t.interrupted)), PATIENCE);
    };
    alive();
    try {
      const settings = { signal: stopping.signal, headers: { Accept: 'text/event-stream' } };
      const response = await post('/api/ask', { question, history, stream: true }, settings);
      let text = '';
      for await (const { name, data } of events(response, alive)) {
        if (name === 'delta') grown((text += data.text));
        if (name === 'answer') return data;
        if (name === 'error') throw new Problem(oneLine(data.error?.message) || t.failed, data.error?.code);
      }
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (stopping.signal.aborted) throw stopping.signal.reason;
    } finally {
      clearTimeout(timer);
    }
    throw new Problem(t.interrupted);
  };

  // --- what is kept for the tab --------------------------------------------------------------------------------------------

  const KEY = `cchc-assistant ${server}`;
  const state = { turns: [], open: undefined }; // a turn: {question, at, answer or problem, vote}
  const restore = () => {
    try {
      const { turns, open } = JSON.parse(sessionStorage.getItem(KEY));
      state.open = open;
      state.turns = turns.filter((turn) => typeof turn.question === 'string').slice(-KEPT);
      for (const turn of state.turns) if (!turn.answer) turn.problem ??= t.interrupted; // the page was left meanwhile
    } catch {
      // nothing kept, or nothing that can be read
    }
  };
  const save = () => {
    for (let kept = KEPT; kept >= 1; kept = Math.floor(kept / 2)) {
      try {
        return sessionStorage.setItem(KEY, JSON.stringify({ open: state.open, turns: state.turns.slice(-kept) }));
      } catch {
        // no storage here, or no room: fewer turns may fit
      }
    }
  };

  // --- a turn ----------------------------------------------------------------------------------------------------------

  const host = el('cchc-assistant');
  const shadow = host.attachShadow({ mode: 'open' });
  const ui = {}; // the parts of the panel that change

  const asked = (question) =>
    el('p', { class: 'asked', 'aria-live': 'off' }, el('span', { class: 'quiet' }, t.you, ' '), clean(question));
  const otherLanguage = (of) => (of && of !== language && TEXTS[of] ? of : undefined);
  const sourceUrl = (c) => `${server}/source/${encodeURIComponent(c.plan_id)}?start=${Number(c.start)}&end=${Number(c.end)}&lang=${language}#quote`;
  const citationsOf = (answer) => (Array.isArray(answer.citations) ? answer.citations : []);

  const turnNode = (turn) => {
    const node = el('article', { class: 'turn' }, asked(turn.question));
    if (turn.answer) node.append(...answerNodes(turn));
    else {
      const again = el('button', { type: 'button', class: 'plain', click: () => retry(turn, node) }, t.retry);
      node.append(el('div', { class: 'problem' }, el('p', {}, clean(turn.problem)), again));
    }
    return node;
  };

  const answerNodes = (turn) => {
    const { answer } = turn;
    const sources = new Map();
    const known = new Set(citationsOf(answer).map((c) => c.n));
    const marker = (n) => {
      const click = (event) => sources.get(n)(event.currentTarget);
      return el('button', { type: 'button', class: 'ref', 'aria-label': fill(t.source, { n }), click }, `[${n}]`);
    };
    const cite = (n) => (known.has(n) ? marker(n) : undefined);
    return [
      t[`status_${answer.status}`] && el('p', {}, el('span', { class: `chip ${answer.status}` }, t[`status_${answer.status}`])),
      el('div', { class: 'text', lang: otherLanguage(answer.language) }, ...markdown(answer.answer, cite)),
      answer.mode === 'llm' && el('p', { class: 'llm' }, t.mode_llm),
      citationsOf(answer).length > 0 && sourcesNode(citationsOf(answer), sources),
      tools(turn),
    ].filter(Boolean);
  };

  const sourcesNode = (citations, openers) => {
    const all = el(
      'details',
      { class: 'sources', 'aria-live': 'off', open: citations.length <= 3 },
      el('summary', {}, fill(t.sources, { count: citations.length })),
    );
    for (const c of citations) {
      const source = sourceNode(c);
      all.append(source.node);
      openers.set(c.n, (marker) => {
        all.open = true;
        source.reveal(marker);
      });
    }
    return all;
  };

  const sourceNode = (c) => {
    const label = oneLine(c.label);
    const quote = el(
      'blockquote',
      { class: 'quote', tabindex: '0', role: 'group', 'aria-label': fill(t.passage, { n: c.n }), lang: otherLanguage('vi') },
      ...quoteNodes(c.quote),
    );
    const back = el('button', { type: 'button', class: 'back', hidden: true }, t.back);
    const more = el(
      'button',
      { type: 'button', class: 'plain', click: () => surroundings(c, quote, more, failed) },
      t.in_document,
    );
    const failed = el('span', { class: 'error', role: 'status' });
    const link = el(
      'a',
      {
        href: sourceUrl(c),
        target: '_blank',
        rel: 'noopener noreferrer',
        'aria-label': `${t.document}: ${label} (${t.new_tab})`,
      },
      `${t.document} ↗`,
    );
    const summary = el('summary', {}, el('b', {}, String(c.n)), el('span', { lang: otherLanguage('vi') }, label));
    const plan = el('p', { class: 'plan', lang: otherLanguage('vi') }, oneLine(c.plan_title));
    const node = el(
      'details',
      { class: 'source' },
      summary,
      el('div', { class: 'inside' }, plan, quote, el('div', { class: 'foot' }, more, link, back, failed)),
    );
    const reveal = (marker) => {
      node.open = true;
      back.hidden = false;
      back.onclick = () => focusOn(marker);
      focusOn(summary, node);
    };
    return { node, reveal };
  };

  /** Put the focus there and scroll the conversation, never the page, until `whole` is seen as far as it fits. */
  const focusOn = (node, whole = node) => {
    node.focus({ preventScroll: true });
    const [box, view] = [whole.getBoundingClientRect(), ui.scroll.getBoundingClientRect()];
    if (box.bottom > view.bottom - 8) ui.scroll.scrollTop += Math.min(box.bottom - view.bottom + 8, box.top - view.top - 8);
    else if (box.top < view.top + 8) ui.scroll.scrollTop += box.top - view.top - 8;
  };

  const surroundings = async (c, quote, button, failed) => {
    if (button.hasAttribute('aria-disabled')) return;
    button.setAttribute('aria-disabled', 'true');
    button.textContent = t.loading;
    failed.textContent = '';
    try {
      const found = await (
        await send(`/api/passages/${encodeURIComponent(c.plan_id)}?start=${Number(c.start)}&end=${Number(c.end)}`)
      ).json();
      const mark = el('mark', {}, ...quoteNodes(found.quote));
      const around = (text) => el('span', { class: 'around' }, ...quoteNodes(text));
      quote.replaceChildren('… ', around(found.before), '\n', mark, '\n', around(found.after), ' …');
      quote.scrollTop = mark.offsetTop - quote.clientHeight / 4;
      if (shadow.activeElement === button) focusOn(quote);
      button.remove();
    } catch (error) {
      button.textContent = t.in_document;
      button.removeAttribute('aria-disabled');
      failed.textContent = error instanceof Problem ? error.message : t.passage_failed;
    }
  };

  const tools = (turn) => {
    const said = el('span', { class: 'said', role: 'status' });
    const box = el('div');
    const copying = iconButton('copy', t.copy, async () => {
      const done = await copy(answerText(turn));
      said.textContent = done ? t.copied : t.copy_failed;
      copying.replaceChildren(icon(done ? 'done' : 'copy'));
      setTimeout(() => {
        said.textContent = '';
        copying.replaceChildren(icon('copy'));
      }, 2000);
    });
    const votes = ['up', 'down'].map((rating) =>
      iconButton(
        rating === 'up' ? 'good' : 'bad',
        rating === 'up' ? t.good : t.bad,
        () => (rating === 'up' ? vote(rating) : comment()),
        { 'aria-pressed': String(turn.vote === rating) },
      ),
    );
    let voting = false;
    const vote = async (rating, words) => {
      if (voting) return;
      voting = true;
      try {
        await post('/api/feedback', { answer_id: turn.answer.id, rating, ...(words && { comment: words }) });
      } catch (error) {
        said.textContent = error instanceof Problem && error.code ? error.message : t.feedback_failed;
        return;
      } finally {
        voting = false;
      }
      turn.vote = rating;
      save();
      votes.forEach((button, i) => button.setAttribute('aria-pressed', String((i === 0) === (rating === 'up'))));
      if (box.contains(shadow.activeElement)) votes[1].focus({ preventScroll: true });
      box.replaceChildren();
      said.textContent = t.thanks;
    };
    const comment = () => {
      if (box.firstChild) return box.querySelector('textarea').focus();
      const field = el('textarea', { rows: '2', maxlength: '1000' });
      const cancel = () => {
        box.replaceChildren();
        votes[1].focus();
      };
      const submit = (event) => {
        event.preventDefault();
        vote('down', field.value.trim());
      };
      const buttons = el(
        'div',
        { class: 'foot' },
        el('button', { class: 'fill' }, t.comment_send),
        el('button', { type: 'button', class: 'plain', click: cancel }, t.comment_cancel),
      );
      box.append(el('form', { class: 'comment', submit }, el('label', {}, t.comment, field), buttons));
      focusOn(field, box);
    };
    const bar = el(
      'div',
      { class: 'tools' },
      copying,
      iconButton('print', t.print, () => printOne(turn)),
      ...votes,
      said,
    );
    return el('div', { 'aria-live': 'off' }, bar, box);
  };

  const answerText = ({ answer }) => {
    const sources = citationsOf(answer).map((c) => `[${c.n}] ${oneLine(c.label)} – ${sourceUrl(c)}`);
    return [
      plain(answer.answer),
      ...(sources.length ? ['', `${fill(t.sources, { count: sources.length })}:`, ...sources] : []),
    ].join('\n');
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // not a secure page, or not allowed: the old way, from a field that only exists for it
      const focused = shadow.activeElement;
      const field = el('textarea', { class: 'quiet', readonly: true });
      field.value = text;
      ui.root.append(field);
      field.select();
      const done = document.execCommand('copy');
      field.remove();
      focused?.focus({ preventScroll: true });
      return done;
    }
  };

  // --- printing --------------------------------------------------------------------------------------------------------

  const PAPER = `body{font:11pt/1.5 "Segoe UI",Roboto,"Noto Sans",Arial,sans-serif;color:#000;margin:0}h1{font-size:13pt;margin:0 0 2pt}
    .at,footer{font-size:9pt;color:#444}h2{font-size:12pt;margin:14pt 0 6pt}h3{font-size:11pt;margin:14pt 0 4pt}p{margin:0 0 6pt}
    blockquote{margin:0 0 8pt 14pt}table{border-collapse:collapse}th,td{border:1px solid #999;padding:2pt 5pt;text-align:left}
    .source{margin:0 0 6pt}.source blockquote{font-size:10pt;margin:2pt 0 8pt 14pt;white-space:pre-line}footer{margin-top:14pt}`;

  /** Print one answer, from a frame of its own that never leaves the page. Ctrl+P prints the page, without the widget. */
  const printOne = (turn) => {
    const frame = el('iframe', { class: 'quiet', 'aria-hidden': 'true', tabindex: '-1', title: t.print });
    shadow.querySelector('iframe')?.remove();
    frame.addEventListener(
      'load',
      () => {
        const { contentWindow: view, contentDocument: page } = frame;
        const sheet = new view.CSSStyleSheet();
        sheet.replaceSync(PAPER);
        page.adoptedStyleSheets = [sheet];
        page.documentElement.lang = turn.answer.language === 'en' ? 'en' : 'vi';
        page.title = title;
        page.body.append(...paper(turn));
        view.addEventListener('afterprint', () => setTimeout(() => frame.remove()));
        view.print();
      },
      { once: true },
    );
    ui.root.append(frame);
  };
  const paper = ({ question, at, answer }) => [
    el('h1', {}, title),
    el('p', { class: 'at' }, when(at)),
    el('h2', {}, clean(question)),
    ...(t[`status_${answer.status}`] ? [el('p', {}, el('em', {}, t[`status_${answer.status}`]))] : []),
    ...markdown(answer.answer),
    ...(citationsOf(answer).length ? [el('h3', {}, fill(t.sources, { count: citationsOf(answer).length }))] : []),
    ...citationsOf(answer).map((c) =>
      el(
        'div',
        { class: 'source' },
        el('strong', {}, `[${c.n}] ${oneLine(c.label)}`),
        el('blockquote', {}, ...quoteNodes(c.quote)),
      ),
    ),
    el('footer', {}, `${t.note} ${fill(t.printed_on, { time: when(Date.now()) })} – ${server}`),
  ];

  // --- asking ----------------------------------------------------------------------------------------------------------

  let stopping = null; // the AbortController of the question being answered

  const history = () =>
    state.turns
      .filter((turn) => turn.answer)
      .slice(-REMEMBERED)
      .flatMap((turn) => [
        { role: 'user', content: turn.question },
        { role: 'assistant', content: String(turn.answer.answer).slice(0, QUOTED) },
      ]);

  const ask = async (question) => {
    if (stopping) return;
    const before = history();
    const turn = { question, at: Date.now() };
    const mine = (stopping = new AbortController());
    state.turns.push(turn);
    save();
    showPending(question);
    try {
      turn.answer = await answerTo(question, before, mine, grow);
    } catch (error) {
      if (error instanceof Problem) turn.problem = error.message;
    }
    if (stopping !== mine) return; // a new conversation was begun
    stopping = null;
    showFinished(turn);
  };

  const retry = (turn, node) => {
    if (stopping) return;
    state.turns.splice(state.turns.indexOf(turn), 1);
    node.remove();
    ui.field.focus({ preventScroll: true });
    ask(turn.question);
  };

  const stop = () => stopping?.abort(new DOMException(t.stopped, 'AbortError'));

  // The text grows beside the log, which assistive technology reads aloud: only what is finished is added to it, as one.
  let following = true; // until the visitor scrolls on their own
  let frameAsked = 0;
  const showPending = (question) => {
    ui.welcome.hidden = true;
    ui.next.replaceChildren();
    ui.growing = el('div', { class: 'text' });
    ui.pending.replaceChildren(asked(question), ui.growing, el('p', { class: 'waiting' }, el('i'), t.searching));
    ui.status.textContent = t.searching;
    following = true;
    follow(ui.pending.firstChild);
    showSending();
  };
  const grow = (text) => {
    cancelAnimationFrame(frameAsked);
    frameAsked = requestAnimationFrame(() => {
      ui.growing.replaceChildren(...markdown(text, null, true));
      follow(ui.pending.firstChild);
    });
  };
  /** Keep the question in sight: scroll with the text until the question stands at the top. */
  const follow = (node) => {
    if (!following) return;
    ui.scroll.scrollTop = Math.max(0, node.offsetTop - 12);
    ui.at = ui.scroll.scrollTop;
  };
  const showFinished = (turn) => {
    cancelAnimationFrame(frameAsked);
    ui.pending.replaceChildren();
    ui.status.textContent = '';
    if (!turn.answer && ui.field.value.trim()) turn.problem ??= t.stopped; // stopped, and the next one is already being written
    if (turn.answer || turn.problem) {
      const node = turnNode(turn);
      ui.log.append(node);
      follow(node.firstChild);
      suggest(turn.answer);
    } else {
      state.turns.splice(state.turns.indexOf(turn), 1); // stopped: the question goes back to where it was written
      ui.field.value ||= turn.question;
      ui.status.textContent = `${t.stopped} ${t.stopped_kept}`;
      ui.welcome.hidden = state.turns.length > 0;
      fit();
    }
    for (; state.turns.length > KEPT; ui.log.firstChild.remove()) state.turns.shift();
    if (ui.panel.hidden && turn.answer) showNew(true);
    save();
    showSending();
  };
  const suggest = (answer) => {
    const questions = Array.isArray(answer?.suggestions) ? answer.suggestions : [];
    ui.next.replaceChildren(...choices(t.suggestions, questions, otherLanguage(answer?.language)));
  };
  const choices = (label, questions, lang) =>
    questions.length
      ? [
          el(
            'div',
            { class: 'choices', role: 'group', 'aria-label': label },
            el('span', {}, label),
            ...questions.map((q) => choice(oneLine(q), lang)),
          ),
        ]
      : [];
  const choice = (question, lang) =>
    el(
      'button',
      {
        type: 'button',
        lang,
        click: () => {
          if (stopping) return;
          ui.field.focus({ preventScroll: true });
          ask(question);
        },
      },
      question,
    );

  // --- the form --------------------------------------------------------------------------------------------------------

  const submit = () => {
    const question = clean(ui.field.value).trim();
    fit();
    ui.status.textContent = ui.count.classList.contains('over') ? ui.count.textContent : '';
    if (!question || stopping || ui.status.textContent) return;
    ui.field.value = '';
    fit();
    ask(question);
  };
  const showSending = () => {
    const label = stopping ? t.stop : t.send;
    ui.send.replaceChildren(icon(stopping ? 'stop' : 'send'));
    ui.send.setAttribute('aria-label', label);
    ui.send.title = label;
  };
  /** As high as its text; the count near the end. */
  const fit = () => {
    const used = length(ui.field.value.trim());
    const over = used > LIMIT;
    ui.field.style.setProperty('height', 'auto');
    ui.field.style.setProperty('height', `${ui.field.scrollHeight + 2}px`);
    ui.count.hidden = used <= LIMIT * 0.9;
    ui.count.classList.toggle('over', over);
    ui.field.setAttribute('aria-invalid', String(over));
    const values = { count: number(used), limit: number(LIMIT), over: number(used - LIMIT) };
    ui.count.textContent = ui.count.hidden ? '' : fill(over ? t.too_long : t.count, values);
  };
  const typed = (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return; // Telex composes
    event.preventDefault();
    submit();
  };

  // --- the panel -------------------------------------------------------------------------------------------------------

  const open = (focus = true) => {
    ui.panel.hidden = false;
    ui.launcher.hidden = true;
    showNew(false);
    remember(true);
    loadExamples();
    fit();
    if (focus) ui.field.focus({ preventScroll: true });
    following = true;
    if (ui.log.lastChild) follow(ui.log.lastChild.firstChild);
  };
  const close = () => {
    ui.panel.hidden = true;
    ui.launcher.hidden = false;
    remember(false);
    ui.launcher.focus({ preventScroll: true });
  };
  const remember = (isOpen) => {
    state.open = isOpen;
    save();
  };
  const showNew = (isNew) => {
    ui.dot.hidden = !isNew;
    ui.launcher.setAttribute('aria-label', [t.launcher, title, isNew && t.launcher_new].filter(Boolean).join(' – '));
  };
  const restart = () => {
    stopping?.abort();
    stopping = null;
    state.turns = [];
    for (const part of [ui.log, ui.pending, ui.next]) part.replaceChildren();
    ui.status.textContent = '';
    ui.welcome.hidden = false;
    showSending();
    save();
    loadExamples();
    ui.field.focus();
  };
  let examples = null;
  const loadExamples = async () => {
    if (examples || state.turns.length) return;
    examples = [];
    try {
      examples = (await (await send(`/api/examples?language=${language}`)).json()).questions;
      ui.off.textContent = '';
      ui.welcome.append(...choices(t.examples, examples.slice(0, 4)));
    } catch (error) {
      examples = null; // the panel does without them
      ui.off.textContent = error.code === 'public_api_off' ? error.message : '';
    }
  };
  const fillsScreen = () => ui.panel.clientWidth >= innerWidth - 1;
  /** Nobody could see where the focus is on the page behind a panel that covers it. */
  const goRound = (event) => {
    const first = ui.panel.querySelector('button');
    const [from, to] = event.shiftKey ? [first, ui.send] : [ui.send, first];
    if (shadow.activeElement !== from) return;
    event.preventDefault();
    to.focus();
  };
  const pressed = (event) => {
    if (event.key === 'Escape' && !event.isComposing && !ui.panel.hidden) {
      event.preventDefault();
      close();
    }
    if (event.key === 'Tab' && fillsScreen()) goRound(event);
    event.stopPropagation(); // the page's shortcuts are not for what is typed here
  };

  const build = () => {
    ui.log = el('div', { class: 'log', role: 'log', 'aria-label': t.turns });
    ui.pending = el('div', { class: 'pending', 'aria-hidden': 'true' });
    ui.next = el('div', { class: 'next' });
    ui.status = el('p', { class: 'quiet', role: 'status' });
    ui.off = el('p', { class: 'off', role: 'status' });
    ui.welcome = el('div', { class: 'welcome' }, el('h3', {}, greeting), el('p', {}, t.greeting_more), ui.off);
    ui.scroll = el(
      'div',
      {
        class: 'scroll',
        tabindex: '0',
        role: 'region',
        'aria-label': t.conversation,
        scroll: () => {
          following &&= Math.abs(ui.scroll.scrollTop - (ui.at ?? 0)) < 3;
        },
      },
      ui.welcome,
      ui.log,
      ui.pending,
      ui.next,
    );
    ui.field = el('textarea', {
      rows: '1',
      'aria-label': t.question,
      placeholder: t.question_hint,
      'aria-describedby': 'count',
      enterkeyhint: 'send',
      autocomplete: 'off',
      keydown: typed,
      input: fit,
    });
    ui.send = el('button', { class: 'fill' });
    ui.count = el('p', { class: 'count', id: 'count', hidden: true });
    const form = el(
      'form',
      {
        class: 'asking',
        submit: (event) => {
          event.preventDefault();
          if (stopping) stop();
          else submit();
          ui.field.focus({ preventScroll: true });
        },
      },
      ui.field,
      ui.send,
      ui.count,
    );
    const head = el(
      'div',
      { class: 'head' },
      el('h2', { id: 'title' }, title),
      iconButton('fresh', t.new_conversation, restart),
      iconButton('close', t.close, close),
    );
    ui.panel = el(
      'div',
      { class: 'panel', id: 'panel', role: 'dialog', 'aria-labelledby': 'title', hidden: true },
      head,
      ui.scroll,
      ui.status,
      form,
      el('p', { class: 'note' }, t.note),
    );
    ui.dot = el('span', { class: 'dot', hidden: true });
    ui.launcher = el(
      'button',
      { type: 'button', class: 'launcher', 'aria-haspopup': 'dialog', click: () => open() },
      icon('chat'),
      el('span', { class: 'name' }, t.launcher),
      ui.dot,
    );
    const keys = { keydown: pressed, keyup: (event) => event.stopPropagation(), keypress: (event) => event.stopPropagation() };
    ui.root = el('div', { class: 'root', lang: language, role: 'region', 'aria-label': title, ...keys }, ui.launcher, ui.panel);
    ui.root.classList.toggle('left', side === 'left');
  };

  const styled = () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    shadow.adoptedStyleSheets = [sheet];
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const show = () => ui.root.classList.toggle('dark', theme === 'dark' || (theme === 'auto' && dark.matches));
    dark.addEventListener('change', show);
    show();
    colours(ui.root);
  };

  // a phone's keyboard covers the lower part of a full-screen panel; zooming in with two fingers is not a keyboard
  const fitScreen = () => {
    const { height, offsetTop, scale } = visualViewport;
    if (scale !== 1) return;
    ui.root.style.setProperty('--height', `${height}px`);
    ui.root.style.setProperty('--top', `${offsetTop}px`);
  };

  const mount = () => {
    if (document.querySelector('cchc-assistant')) return; // embedded twice
    if (misread.length) console.warn(fill(t.misread, { list: misread.join('; ') }));
    document.addEventListener('securitypolicyviolation', violated);
    restore();
    build();
    styled();
    showNew(false);
    showSending();
    try {
      ui.log.append(...state.turns.map(turnNode));
    } catch {
      state.turns = []; // the page's storage is the page's: what is in it may be anything
    }
    ui.welcome.hidden = state.turns.length > 0;
    suggest(state.turns.at(-1)?.answer);
    shadow.append(ui.root);
    document.body.append(host);
    for (const change of ['resize', 'scroll']) visualViewport?.addEventListener(change, fitScreen);
    const roomy = matchMedia('(min-width: 481px)').matches; // on a phone the panel would hide the page that was just opened
    if (state.open === undefined ? opens : state.open && roomy) open(false);
  };
  if (document.body) mount();
  else addEventListener('DOMContentLoaded', mount, { once: true });
})();
