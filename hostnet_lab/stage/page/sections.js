// "Catch up to here", at each heading of a lesson whose section has cells. What is removed and run is the kernel's to say and to do
// (hostnet_lab/lab/catching_up.py); here it is asked, sent, and its last line shown.
const COMMAND = 'hostnet-lab:catch-up';
const LESSON = /^(\d\d[a-z]?)-[^/]*\.ipynb$/, HEADING = /^## (.+?)\s*$/m;
const LINES = 9; // of an error: the lab's own are shorter
const ESCAPES = /\u001b\[[0-9;]*m/g;

export const plugin = async (stage) => {
  const {INotebookTracker} = await stage.load('@jupyterlab/notebook');
  return {
    id: `${stage.name}:sections`,
    autoStart: true,
    requires: [INotebookTracker],
    activate: (app, tracker) => {
      const rooms = new WeakMap(); // of each notebook: its bars, by the id of the heading's cell
      const watch = (panel) => rooms.set(panel, watched(stage.words, panel));
      tracker.forEach(watch);
      tracker.widgetAdded.connect((_, panel) => watch(panel));
      // Also for who sends a whole class to a section: {section: heading or id, sure: true} does not ask.
      app.commands.addCommand(COMMAND, {
        label: stage.words.catchUp,
        execute: async ({section, sure} = {}) => (await shown(tracker.currentWidget, rooms, section))?.start(sure),
      });
    },
  };
};

// The bar of a section, which is drawn when its heading comes into view.
const shown = async (panel, rooms, section) => {
  const at = panel?.content.widgets.findIndex(({model}) => model.id === section || model.sharedModel.getSource().match(HEADING)?.[1] === section);
  if (!(at >= 0)) return undefined;
  panel.content.activeCellIndex = at;
  await panel.content.scrollToItem(at);
  for (let frames = 0; frames < 600 && !panel.isDisposed; frames++) {
    const found = rooms.get(panel)?.(section);
    if (found) return found;
    await new Promise(requestAnimationFrame);
  }
  return undefined;
};

const lessonOf = (panel) => panel.context.path.split('/').pop().match(LESSON)?.[1];

// The sections as the notebook has them: {id, title, node} of each heading with cells behind it that are the lesson's steps.
const sectionsOf = (panel) => {
  const found = [];
  for (const cell of panel.content.widgets) {
    const text = cell.model.sharedModel.getSource();
    if (cell.model.type === 'markdown') {
      const title = text.match(HEADING)?.[1];
      if (title) found.push({id: cell.model.id, title, cell, steps: 0, ends: false});
    } else if (cell.model.type === 'code' && found.length) {
      const tags = cell.model.getMetadata('tags') || [], last = found[found.length - 1];
      if (tags.includes('cleanup')) last.ends = true;
      else if (!tags.includes('setup')) last.steps += 1;
    }
  }
  return found.filter((one) => one.steps && !one.ends);
};

const watched = (words, panel) => {
  const bars = new Map();
  let due = 0;
  const place = () => {
    due = 0;
    const lesson = !panel.isDisposed && lessonOf(panel);
    if (!lesson) return;
    for (const {id, title, cell} of sectionsOf(panel)) {
      const heading = cell.node.querySelector('.jp-RenderedMarkdown h2');
      if (!heading) continue; // it is edited, or not drawn yet
      if (!bars.has(id)) bars.set(id, bar(words, panel));
      const one = bars.get(id);
      Object.assign(one, {lesson, title, id});
      one.named(title);
      if (heading.nextSibling !== one.node) heading.after(one.node);
    }
  };
  const soon = () => { due = due || requestAnimationFrame(place); };
  // A text is drawn anew when it was edited, or came into view; what changes inside a cell of code is not asked for.
  const concerns = ({target}) => target.closest?.('.jp-MarkdownCell') || !target.closest?.('.jp-Cell');
  const observer = new MutationObserver((all) => { if (all.some(concerns)) soon(); });
  panel.context.ready.then(() => {
    observer.observe(panel.content.node, {childList: true, subtree: true});
    soon();
  });
  panel.disposed.connect(() => observer.disconnect());
  return (section) => [...bars.values()].find((one) => [one.id, one.title].includes(section));
};

const bar = (words, panel) => {
  const node = document.createElement('div');
  const [open, go, leave] = [words.catchUp, words.catchUpDo, words.catchUpNot].map((text) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text;
    return button;
  });
  const said = document.createElement('span');
  said.setAttribute('role', 'status');
  node.className = 'hostnet-section';
  node.dataset.lmSuppressShortcuts = 'true'; // its keys are its own, not the notebook's
  node.append(open, said, go, leave);
  const one = {node};

  const show = (state, text = '') => { // idle, asking, asked, running, done, failed
    node.dataset.state = state;
    said.textContent = text;
    open.hidden = !['idle', 'done', 'failed'].includes(state);
    go.hidden = leave.hidden = state !== 'asked';
  };
  const lead = (button) => { // who has gone elsewhere meanwhile stays there
    if (node.contains(document.activeElement) || document.activeElement === document.body) button.focus();
  };
  const ask = (what) => {
    const wanted = [one.lesson, one.title, one.id].map((word) => JSON.stringify(word)).join(', ');
    return execute(words, panel, `__import__("importlib").import_module("hostnet_lab.lab.catching_up").${what}(${wanted})`,
      (line) => { if (node.dataset.state === 'running') said.textContent = line; });
  };
  const run = async () => {
    show('running', words.catchUpRuns);
    const {failed, text} = await ask('aloud');
    show(failed ? 'failed' : 'done', text);
    lead(open);
  };
  one.named = (title) => open.setAttribute('aria-label', `${words.catchUp}: ${title}`); // for whoever hears the buttons one by one
  one.start = async (sure = false) => {
    if (['asking', 'running'].includes(node.dataset.state)) return;
    if (sure) return run();
    show('asking', words.catchUpAsks);
    const {failed, text} = await ask('ask');
    show(failed ? 'failed' : 'asked', text);
    lead(failed ? open : go);
  };
  open.addEventListener('click', () => one.start());
  go.addEventListener('click', run);
  leave.addEventListener('click', () => { show('idle'); open.focus(); });
  node.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && node.dataset.state === 'asked') leave.click();
    event.stopPropagation();
  });
  for (const kind of ['mousedown', 'dblclick']) node.addEventListener(kind, (event) => event.stopPropagation()); // the text is not chosen
  show('idle');
  return one;
};

// What the kernel said last, or its error, in a line or the four of the lab's errors. `hear` gets each line as it comes.
const execute = async (words, panel, code, hear) => {
  await panel.sessionContext.ready;
  const kernel = panel.sessionContext.session?.kernel;
  if (!kernel) return {failed: true, text: words.catchUpAlone};
  let text = '', failed = false;
  const future = kernel.requestExecute({code, silent: false, store_history: false, allow_stdin: false, stop_on_error: false});
  future.onIOPub = ({header: {msg_type: kind}, content}) => {
    if (kind === 'stream' && content.name === 'stdout') hear(text = content.text.trim().split('\n').pop() || text);
    if (kind === 'error') [failed, text] = [true, content.traceback.join('\n').replace(ESCAPES, '').trim().split('\n').slice(-LINES).join('\n')];
  };
  try {
    await future.done;
  } catch {
    [failed, text] = [true, words.catchUpGone];
  }
  return {failed, text};
};
