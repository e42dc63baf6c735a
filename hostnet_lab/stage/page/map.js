// The live map: a pane that shows what JupyterLab's server sends, and marks what came and went.
const MAP = 'hostnet-lab:map', FRESH_MS = 6000;

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

// What came is marked for a while, and what went stays for a while, struck out where it was. Never by colour alone.
const draw = (place, html) => {
  const before = new Map([...place.querySelectorAll('[data-key]')].map((one) => [one.dataset.key, one]));
  const open = new Set([...place.querySelectorAll('details[open]')].map((one) => one.dataset.fold));
  const first = !place.firstChild;
  const focus = place.contains(document.activeElement) && document.activeElement.parentElement.dataset.fold;
  const fresh = document.createElement('div');
  fresh.innerHTML = html;
  for (const one of fresh.querySelectorAll('details')) one.open = open.has(one.dataset.fold);
  const after = new Set();
  for (const one of fresh.querySelectorAll('[data-key]')) {
    after.add(one.dataset.key);
    const was = before.get(one.dataset.key);
    const till = was && was.dataset.till ? Number(was.dataset.till) : first || was ? 0 : Date.now() + FRESH_MS;
    if (till > Date.now()) mark(one, 'came', till);
  }
  for (const [key, one] of before) {
    if (after.has(key) || one.classList.contains('went') || one.parentElement.closest('.went')) continue;
    const owner = one.parentElement.closest('[data-key]');
    if (owner && !after.has(owner.dataset.key)) continue; // it goes with what it stood in
    const room = one.closest('section').getAttribute('aria-label');
    const spot = fresh.querySelector(owner ? at('data-key', owner.dataset.key) : at('aria-label', room));
    if (!spot || key.startsWith('stopped ')) continue; // nowhere to stand, or it runs
    const ghost = one.cloneNode(true);
    ghost.setAttribute('aria-hidden', 'true');
    for (const part of [ghost, ...ghost.querySelectorAll('[data-key]')]) part.removeAttribute('data-key');
    ghost.classList.add('went');
    ghost.classList.remove('came');
    spot.append(ghost);
    setTimeout(() => ghost.remove(), FRESH_MS);
  }
  place.replaceChildren(...fresh.childNodes);
  if (focus) [...place.querySelectorAll('details')].find((one) => one.dataset.fold === focus)?.firstElementChild.focus({preventScroll: true});
};
const mark = (one, look, till) => {
  one.classList.add(look);
  one.dataset.till = till;
  setTimeout(() => one.classList.remove(look), till - Date.now());
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
      source.onerror = () => { said.textContent = words.lost; };
      source.onmessage = (event) => {
        const shown = JSON.parse(event.data);
        if (shown.html !== html) draw(map, html = shown.html);
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
