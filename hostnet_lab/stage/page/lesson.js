// Leaving a lesson and coming back: how far one was, in a line above it; that it is open twice; and a button that ends lessons which
// are in the way of this one. What is told comes from JupyterLab's server and from the kernel, and is only ever text.
const NOT_OPEN = 'application/vnd.hostnet-lab.not-open+json'; // see hostnet_lab/edges/notebook.py

export const plugin = async (stage) => {
  const [{Widget}, {INotebookTracker, NotebookActions}, {IRenderMimeRegistry}, {ServerConnection}] = await Promise.all(
    ['@lumino/widgets', '@jupyterlab/notebook', '@jupyterlab/rendermime', '@jupyterlab/services'].map(stage.load));
  return {
    id: `${stage.name}:lesson`,
    autoStart: true,
    requires: [INotebookTracker, IRenderMimeRegistry],
    activate: (app, tracker, rendermime) => {
      const services = {...stage, app, tracker, Widget, NotebookActions, ServerConnection};
      rendermime.addFactory({safe: true, mimeTypes: [NOT_OPEN], defaultRank: 0, createRenderer: () => new (obstacle(services))()});
      const open = twice(stage.page.baseUrl);
      tracker.forEach((panel) => accompany(services, open, panel));
      tracker.widgetAdded.connect((_, panel) => accompany(services, open, panel));
      tracker.widgetAdded.connect(besideTheFirst(app));
    },
  };
};

const element = (kind, text = '', name = '') => {
  const made = document.createElement(kind);
  made.textContent = text;
  if (name) made.className = name;
  return made;
};
const button = (text, press) => {
  const made = element('button', text);
  made.type = 'button';
  made.onclick = press;
  return made;
};

const ask = async ({ServerConnection, app}, what, body) => {
  const how = body ? {method: 'POST', body: JSON.stringify(body)} : {}, settings = app.serviceManager.serverSettings;
  const answer = await ServerConnection.makeRequest(`${settings.baseUrl}hostnet-lab/${what}`, how, settings);
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
};

// -- what is in the way -----------------------------------------------------------------------------------------------

const obstacle = (services) => class extends services.Widget {
  constructor() {
    super();
    this.addClass('hostnet-way');
  }

  async renderModel(model) {
    const told = model.data[NOT_OPEN];
    const said = element('div', told.said);
    said.setAttribute('role', 'status');
    this.node.replaceChildren(said);
    if (!told.button) return;
    const press = button(told.button, () => this.end(told, press, said));
    const act = element('div', '', 'act');
    const twin = element('span', '', 'faint');
    twin.append(told.typed, ' ', element('code', told.command));
    act.append(press, twin);
    this.node.append(act, element('div', told.told, 'faint'));
  }

  async end(told, press, said) {
    press.disabled = true;
    said.textContent = told.busy;
    try {
      const {said: trouble} = await ask(services, 'lesson/end', {processes: told.processes});
      await services.app.serviceManager.sessions.refreshRunning();
      if (!trouble) return this.runAgain();
      said.textContent = trouble;
    } catch {
      said.textContent = services.words.unreached;
    }
    press.disabled = false;
  }

  runAgain() {
    const panel = services.tracker.find((one) => one.node.contains(this.node));
    const at = panel?.content.widgets.findIndex((cell) => cell.node.contains(this.node));
    if (!(at >= 0)) return;
    panel.content.deselectAll();
    panel.content.activeCellIndex = at;
    services.NotebookActions.run(panel.content, panel.sessionContext);
  }
};

// A second tab of the browser gets a workspace of its own, with the lesson alone: there the map is opened beside it.
const besideTheFirst = (app) => {
  let first = true;
  return async (_, panel) => {
    if (!first || !/\/workspaces\/auto-/.test(location.pathname)) return;
    first = false;
    await Promise.all([app.restored, panel.revealed]);
    await app.commands.execute('hostnet-lab:map');
    app.shell.activateById(panel.id);
  };
};

// -- two tabs of one browser ------------------------------------------------------------------------------------------

// Who opens a notebook asks the other tabs, and those that show it answer: so the later one knows, and the earlier one is left in peace.
const twice = (base) => {
  const me = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
  const channel = new BroadcastChannel(`hostnet-lab ${base}`);
  const shown = new Map(); // path -> what to call with the number of earlier tabs
  const earlier = new Map(); // path -> the tabs that answered
  const tell = (path) => shown.get(path)?.(earlier.get(path)?.size || 0);
  channel.onmessage = ({data: {kind, path, from, to}}) => {
    if (kind === 'opened' && shown.has(path)) channel.postMessage({kind: 'shown', path, from: me, to: from});
    if (kind === 'shown' && to === me && shown.has(path)) earlier.get(path).add(from);
    if (kind === 'closed') earlier.get(path)?.delete(from);
    tell(path);
  };
  const close = (path) => {
    shown.delete(path);
    earlier.delete(path);
    channel.postMessage({kind: 'closed', path, from: me});
  };
  addEventListener('pagehide', () => [...shown.keys()].forEach((path) => channel.postMessage({kind: 'closed', path, from: me})));
  return (path, told) => {
    shown.set(path, told);
    earlier.set(path, new Set());
    channel.postMessage({kind: 'opened', path, from: me});
    return () => close(path);
  };
};

// -- how far one was --------------------------------------------------------------------------------------------------

const source = (cell) => cell.model.sharedModel.getSource();
const isCode = (cell) => cell.model.type === 'code';

// The cell that names what something was last done with, or the heading that was caught up to; else the one that was run last, as the notebook was saved.
const placeOf = (cells, met) => {
  for (const id of met) {
    const at = cells.findIndex((cell) => cell.model.id === id || (isCode(cell) && source(cell).includes(`"${id}"`)));
    if (at >= 0) return at;
  }
  const counts = cells.map((cell) => (isCode(cell) && cell.model.executionCount) || 0);
  const last = Math.max(...counts);
  return last ? counts.indexOf(last) : -1;
};
const headingAbove = (cells, at) => {
  for (const cell of cells.slice(0, at + 1).reverse()) {
    const found = cell.model.type === 'markdown' && source(cell).match(/^#{1,3} (.+)$/m);
    if (found) return found[1].replaceAll('`', '');
  }
  return '';
};

const accompany = (services, open, panel) => {
  const {words, Widget, NotebookActions} = services;
  const notebook = panel.content, context = panel.sessionContext;
  const bar = new Widget();
  bar.addClass('hostnet-lesson');
  const inner = element('div');
  inner.setAttribute('role', 'status');
  bar.node.append(inner);
  bar.hide();
  panel.contentHeader.addWidget(bar);
  new ResizeObserver(() => {
    bar.node.style.minHeight = `${inner.offsetHeight}px`;
    bar.parent?.fit();
  }).observe(inner);

  let far = null, tabs = 0, dismissed = false, lost = false, ran = false;

  const scrollTo = (at) => {
    notebook.deselectAll();
    notebook.activeCellIndex = at;
    notebook.mode = 'command';
    notebook.widgets[at].node.scrollIntoView({block: 'start'});
    notebook.activate();
  };
  const line = (text, ...buttons) => {
    const made = element('div', '', 'line');
    made.append(element('span', text), ...buttons);
    return made;
  };
  const dismiss = () => { dismissed = true; draw(); };
  const way = () => {
    if (!far || dismissed || !(far.met.length || far.finished || lost || ran)) return [];
    const cells = notebook.widgets, at = placeOf(cells, far.met), heading = headingAbove(cells, at);
    const place = far.finished ? words.was_done : heading && words.was_at.replace('{place}', () => heading);
    const said = [place, far.said, far.open || (far.finished && !lost) ? '' : words.is_shut].filter(Boolean).join(' ');
    const buttons = [button(words.dismiss, dismiss)];
    if (!far.open && (lost || !far.finished)) buttons.unshift(button(words.go_first, () => scrollTo(cells.findIndex(isCode))));
    else if (at >= 0 && !far.finished) buttons.unshift(button(words.go_on, () => { scrollTo(at); dismiss(); }));
    return [line(said, ...buttons)];
  };
  const draw = () => {
    inner.replaceChildren(...(tabs ? [line(words.twice)] : []), ...way());
    bar.setHidden(!inner.firstChild);
  };
  // Told when the notebook is opened, and anew when it has lost a kernel that had the lesson open; not while somebody works in it.
  const look = async () => {
    const found = await ask(services, `lesson?path=${encodeURIComponent(panel.context.path)}`).catch(() => null);
    if (panel.isDisposed || !found) return;
    const goes = far?.open && !found.open;
    if (!far || goes) {
      far = found;
      ran = notebook.widgets.some((cell) => isCode(cell) && cell.model.executionCount);
      lost = Boolean(goes);
      dismissed = false;
    } else {
      far.open = found.open;
    }
    draw();
  };

  panel.context.ready.then(async () => {
    await context.ready;
    if (panel.isDisposed) return;
    const close = open(panel.context.path, (number) => { tabs = number; draw(); });
    panel.disposed.connect(close);
    await look();
    context.statusChanged.connect((_, status) => { if (['dead', 'terminating', 'restarting', 'autorestarting', 'unknown'].includes(status)) look(); });
    context.kernelChanged.connect(look);
    const ran = (_, {notebook: where}) => { if (where === notebook && far && !far.open) look(); };
    NotebookActions.executed.connect(ran);
    panel.disposed.connect(() => NotebookActions.executed.disconnect(ran));
  });
};
