// What a kernel that has ended had shown: without it a widget does nothing, and says nothing of that, or what helps nobody. One sentence
// says what happened, with a button that leads on.
const OUTPUT = '.jp-OutputArea-output', NOTE = 'hostnet-gone';
const VIEW = 'jupyter-widgets', DEAD = 'jupyter-widgets-disconnected'; // ipywidgets' own; the first also of its bare "model not found"
const CATCH_UP = 'hostnet-lab:catch-up';

export const plugin = async (stage) => {
  const {INotebookTracker} = await stage.load('@jupyterlab/notebook');
  return {
    id: `${stage.name}:widgets`,
    autoStart: true,
    requires: [INotebookTracker],
    activate: (app, tracker) => {
      const watch = (panel) => watched(app, stage.words, panel);
      tracker.forEach(watch);
      tracker.widgetAdded.connect((_, panel) => watch(panel));
    },
  };
};

const watched = (app, words, panel) => {
  const context = panel.sessionContext;
  let due = 0, had = false;
  const look = () => {
    due = 0;
    const kernel = context.session?.kernel;
    had = had || Boolean(kernel);
    const alone = had && (!kernel || kernel.status === 'dead');
    if (panel.isDisposed || (!alone && kernel?.connectionStatus !== 'connected')) return; // what is cut off may come back
    for (const node of panel.content.node.querySelectorAll(`${OUTPUT}.${VIEW}, ${OUTPUT}:has(> .${VIEW})`)) {
      if (node.parentElement.closest(`.${VIEW}`)) continue; // in another one, which says it
      const there = node.querySelector(`:scope > .${NOTE}`);
      const bare = !node.firstElementChild;
      const dead = alone || node.querySelector(`:scope > .${DEAD}`);
      if (bare) node.replaceChildren(note(app, words, panel, node));
      else if (dead && !there) node.prepend(note(app, words, panel, node));
      else if (there && !dead && node.children.length > 1) there.remove();
    }
  };
  const soon = () => { due = due || requestAnimationFrame(look); };
  const observer = new MutationObserver(soon);
  panel.context.ready.then(() => {
    observer.observe(panel.content.node, {childList: true, subtree: true});
    context.connectionStatusChanged.connect(soon);
    context.kernelChanged.connect(soon);
    context.statusChanged.connect(soon);
    soon();
  });
  panel.disposed.connect(() => observer.disconnect());
};

const note = (app, words, panel, node) => {
  const made = document.createElement('div'), said = document.createElement('span');
  made.className = NOTE;
  said.textContent = words.gone;
  made.append(said);
  const section = above(panel, node);
  if (section) made.append(button(words.catchUp, () => lead(app, section)));
  return made;
};

// The heading's own bar, which asks before it does anything.
const lead = (app, {cell, bar}) => {
  bar.scrollIntoView({block: 'center'});
  document.activeElement.blur();
  app.commands.execute(CATCH_UP, {section: cell.model.id});
};

const above = (panel, node) => {
  const cells = panel.content.widgets, at = cells.findIndex((cell) => cell.node.contains(node));
  for (const cell of cells.slice(0, at).reverse()) {
    const bar = cell.node.querySelector('.hostnet-section');
    if (bar) return {cell, bar};
  }
  return null;
};

const button = (text, press) => {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.onclick = press;
  return made;
};
