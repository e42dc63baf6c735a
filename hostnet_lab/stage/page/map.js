// The live map: a pane that shows what JupyterLab's server sends, and marks what came and went.
const MAP = 'hostnet-lab:map', FRESH_MS = 6000, AGAIN_MS = 5000;

export const plugin = async (stage) => {
  const [{Widget}, {ILayoutRestorer}, {ICommandPalette}, {IMainMenu}] = await Promise.all(
    ['@lumino/widgets', '@jupyterlab/application', '@jupyterlab/apputils', '@jupyterlab/mainmenu'].map(stage.load));
  return {
    id: `${stage.name}:map`,
    autoStart: true,
    optional: [ILayoutRestorer, ICommandPalette, IMainMenu],
    activate: (app, ...services) => activate(stage, app, Widget, ...services),
  };
};

const at = (name, value) => `[${name}="${CSS.escape(value)}"]`;
const keyed = (place) => [...place.querySelectorAll('[data-key]')];
const thing = (key) => key.replace(/^(port \d+) .*/s, '$1'); // a port that another one listens on now neither came nor went
const things = (keys) => new Set([...keys].map(thing));

// What came is marked for a while, and what went stays for a while where it was: by a word, a frame and a line, never by colour alone.
// Where one is read does not move, and what is unfolded stays so.
const draw = (place, html, words) => {
  const before = new Map(keyed(place).map((one) => [one.dataset.key, one]));
  const open = new Set([...place.querySelectorAll('details[open]')].map((one) => one.dataset.fold));
  const focus = place.contains(document.activeElement) && document.activeElement.parentElement.dataset.fold;
  const ghosts = [...place.querySelectorAll('.went')];
  const stays = held(place, focus);
  const first = !place.firstChild;
  const fresh = document.createElement('div');
  fresh.innerHTML = html;
  for (const one of fresh.querySelectorAll('details')) one.open = open.has(one.dataset.fold);
  const after = new Map(keyed(fresh).map((one) => [one.dataset.key, one]));
  const were = things(before.keys()), are = things(after.keys()), left = things(ghosts.map((ghost) => ghost.dataset.was));
  for (const [key, one] of after) {
    const was = before.get(key);
    if (first || one.parentElement.closest('.came')) continue; // it came with what it stands in
    const till = was ? Number(was.dataset.till || 0) : were.has(thing(key)) ? 0 : Date.now() + FRESH_MS;
    if (till > Date.now()) mark(one, 'came', words.came, till);
  }
  for (const [key, one] of before) {
    if (are.has(thing(key)) || left.has(thing(key)) || key.startsWith('stopped ')) continue; // it is there, or it runs
    const owner = one.parentElement.closest('[data-key]');
    if (owner && !after.has(owner.dataset.key)) continue; // it goes with what it stood in
    leave(one, fresh, after, words);
  }
  for (const ghost of ghosts) if (!are.has(thing(ghost.dataset.was))) stand(ghost, fresh); // it went before
  for (const fold of fresh.querySelectorAll('details:not([open])'))
    if (fold.querySelector('.came, .went')) fold.firstElementChild.classList.add('changed');
  place.replaceChildren(...fresh.childNodes);
  if (focus) place.querySelector(at('data-fold', focus))?.firstElementChild.focus({preventScroll: true});
  stays();
};

// What has the focus, or else the first that is in sight, stays at its height when this is called.
const held = (place, focus) => {
  const pane = place.parentElement, top = pane.scrollTop;
  const name = focus ? 'data-fold' : 'data-key';
  const edge = pane.getBoundingClientRect().top;
  const sights = top ? [...place.querySelectorAll(focus ? at(name, focus) : '[data-key]')].map((one) => [one, one.getBoundingClientRect()]) : [];
  const [one, stood] = sights.find(([, sight]) => sight.height && sight.bottom > edge) || [];
  return () => {
    pane.scrollTop = top;
    const now = one && place.querySelector(at(name, one.getAttribute(name)));
    if (now) pane.scrollTop += now.getBoundingClientRect().top - stood.top;
  };
};

// A container goes with its own frame, a network's last one where the network is gone with that network.
const leave = (one, fresh, after, words) => {
  const home = one.closest('.home');
  const alone = home && keyed(home).every((box) => !after.has(box.dataset.key));
  const part = alone ? home : one;
  const spot = fresh.querySelector(at('data-place', one.closest('[data-place]')?.dataset.place || ''));
  const ghost = (spot ? part : part.closest('section')).cloneNode(true);
  ghost.setAttribute('aria-hidden', 'true');
  for (const inner of [ghost, ...ghost.querySelectorAll('*')]) {
    inner.classList.remove('came', 'went');
    for (const name of ['data-key', 'data-place', 'data-fold']) inner.removeAttribute(name);
  }
  ghost.dataset.was = one.dataset.key;
  ghost.dataset.stood = spot?.dataset.place || '';
  stand(ghost, fresh);
  mark(ghost, 'went', words.went, Date.now() + FRESH_MS, () => ghost.remove());
};
const stand = (ghost, fresh) => (fresh.querySelector(at('data-place', ghost.dataset.stood)) || fresh.querySelector('.host')).append(ghost);

const mark = (one, look, word, till, end = () => one.classList.remove(look)) => {
  one.classList.add(look);
  one.dataset.mark = word;
  one.dataset.till = till;
  setTimeout(end, till - Date.now());
};

const activate = ({page, words}, app, Widget, restorer, palette, menus) => {
  class Panel extends Widget { // asks for news only while it is on the page
    onAfterAttach() { this.connect(); }
    onBeforeDetach() { this.source.close(); }
  }

  const made = () => {
    const widget = new Panel();
    widget.id = MAP;
    widget.title.label = words.title;
    widget.title.caption = words.open;
    widget.title.closable = true;
    widget.addClass('hostnet-stage');
    const [bar, said, button, map, text] = ['div', 'span', 'button', 'div', 'pre'].map((kind) => document.createElement(kind));
    bar.className = 'bar';
    said.setAttribute('role', 'status');
    button.type = 'button';
    button.textContent = words.text;
    text.hidden = true;
    text.tabIndex = 0;
    button.onclick = () => {
      text.hidden = !text.hidden;
      map.hidden = !text.hidden;
      button.textContent = text.hidden ? words.text : words.drawing;
    };
    bar.append(said, button);
    widget.node.append(bar, map, text);
    widget.node.tabIndex = -1;
    let html = '';
    widget.connect = () => {
      // A hub refuses what is no navigation without the token, and an EventSource sends no header.
      const token = document.cookie.match(/(?:^|; *)_xsrf=([^;]*)/)?.[1] || '';
      const source = widget.source = new EventSource(`${page.baseUrl}hostnet-lab/map?_xsrf=${token}`);
      source.onerror = () => {
        said.textContent = words.lost;
        // After an answer that is none (a proxy's, while its server is away) the browser itself tries no more.
        if (source.readyState === EventSource.CLOSED) setTimeout(() => { if (widget.isAttached && widget.source === source) widget.connect(); }, AGAIN_MS);
      };
      source.onmessage = (event) => {
        const shown = JSON.parse(event.data);
        if (shown.html !== html) draw(map, html = shown.html, words);
        text.textContent = shown.text;
        if (said.textContent !== shown.said) said.textContent = shown.said;
      };
    };
    return widget;
  };

  let widget;
  const shown = () => {
    if (!widget || widget.isDisposed) {
      widget = made();
      restorer?.add(widget, MAP);
    }
    return widget;
  };
  app.commands.addCommand(MAP, {
    label: words.open,
    execute: () => {
      if (!shown().isAttached) app.shell.add(widget, 'main', {mode: 'split-right'});
      app.shell.activateById(widget.id);
    },
  });
  palette?.addItem({command: MAP, category: 'hostnet-lab'});
  menus?.viewMenu.addGroup([{command: MAP}], 0);
  shown(); // JupyterLab puts it where its layout has it; elsewhere it is opened by the command
};
