// The terminal as the stage: commands of a lesson go there by one click, and a narrow window shows one part at a time.
const NARROW_PX = 1000, PROMPT_MS = 2000, SAID_MS = 2000, TERMINAL = 'terminal', MAP = 'hostnet-lab:map';
const CLEARED = '\x05\x15'; // Ctrl-E and Ctrl-U: what stood at the prompt comes back by Ctrl-Y
const LESSON = /^\d\d[a-z]?-[\w-]+\.ipynb$/;
const COPY = '<svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.4">'
  + '<rect x="5.5" y="5.5" width="8" height="8" rx="1"/><path d="M10.5 3.2v-.7h-8v8h.7"/></svg>';
const OURS = 'hostnet-lab-commands'; // also the class of a <pre> with commands that a widget shows

export const plugin = async (stage) => {
  const [{Widget}, {Clipboard}, {ILabShell}, {INotebookTracker}, {ITerminalTracker}] = await Promise.all(
    ['@lumino/widgets', '@jupyterlab/apputils', '@jupyterlab/application', '@jupyterlab/notebook', '@jupyterlab/terminal'].map(stage.load));
  return {
    id: `${stage.name}:terminal`,
    autoStart: true,
    requires: [INotebookTracker, ITerminalTracker],
    optional: [ILabShell],
    activate: (app, notebooks, terminals, shell) => {
      const places = new Places(app, notebooks, terminals, Clipboard);
      notebooks.widgetAdded.connect((_, panel) => { watch(panel, stage.words, places); });
      notebooks.forEach((panel) => watch(panel, stage.words, places));
      if (shell) oneAtATime(app, shell, Widget, stage.words, places);
    },
  };
};

// What a cell's commands are in a terminal; '' where they are none of a terminal's: what Python hands over as $1 is not there.
export const commands = (source) => {
  const [first, ...rest] = source.split('\n');
  const magic = /^%%bash\b(.*)$/.exec(first);
  if (!magic || /\s-s\b/.test(magic[1])) return '';
  return contained(rest.join('\n').trim());
};

// What would end or change the learner's own shell runs in one of its own.
const contained = (text) => /(^|[;&|({])\s*(cd|exec|exit|export|set|trap)\s/m.test(text) ? `(\n${text}\n)` : text;

class Places {
  constructor(app, notebooks, terminals, clipboard) {
    Object.assign(this, {app, notebooks, terminals, clipboard});
  }

  copy(text) {
    this.clipboard.copyToSystem(text); // JupyterLab's way works by plain http, too, as in a class
  }

  // Typed as one, in place of what stood at the prompt, and not run: that takes the learner's Enter.
  async type(text) {
    const {content} = await this.terminal();
    await content.ready;
    content.activate();
    const waits = await prompted(content);
    if (waits) content.session.send({type: 'stdin', content: [CLEARED]});
    content.paste(waits || !text.includes('\n') ? text : `{\n${text}\n}`);
  }

  async terminal() {
    const found = this.terminals.currentWidget || this.terminals.find(() => true) || await this.another();
    this.app.shell.activateById(found.id);
    return found;
  }

  // Beside the lesson, as the lab opens, not over it.
  async another() {
    const {shell} = this.app, made = await this.app.commands.execute('terminal:create-new');
    const map = [...shell.widgets('main')].find(({id}) => id === MAP);
    if (shell.mode === 'multiple-document') shell.add(made, 'main', map ? {mode: 'split-top', ref: MAP} : {mode: 'split-right'});
    return made;
  }

  shown() {
    const seen = [...this.app.shell.widgets('main')].find((one) => one.isVisible);
    return seen && this.terminals.has(seen) ? TERMINAL : seen?.id === MAP ? MAP : 'lesson';
  }

  show(part) {
    if (part === TERMINAL) return this.terminal();
    if (part === MAP) return this.app.commands.execute(MAP);
    return this.notebooks.currentWidget && this.app.shell.activateById(this.notebooks.currentWidget.id);
  }
}

// Whether a shell waits for a command: then it takes several lines as one. Else they are one command in braces, which takes an Enter as well.
const prompted = async (content) => {
  for (const end = Date.now() + PROMPT_MS; Date.now() < end; await new Promise((go) => setTimeout(go, 50))) {
    if (content._term?.modes.bracketedPasteMode) return true;
  }
  return false;
};

const watch = async (panel, words, places) => {
  if (!LESSON.test(panel.context.path.split('/').pop())) return;
  await panel.context.ready;
  let asked = 0;
  const dress = () => {
    asked = asked || requestAnimationFrame(() => {
      asked = 0;
      if (panel.isDisposed) return;
      for (const cell of panel.content.widgets) if (cell.model.type === 'code') dressCell(cell, words, places);
      for (const block of panel.node.querySelectorAll(`.jp-RenderedMarkdown pre:has(> code.language-bash), pre.${OURS}`)) dressBlock(block, words, places);
    });
  };
  panel.content.modelContentChanged.connect(dress);
  const seen = new MutationObserver(dress);
  seen.observe(panel.content.node, {childList: true, subtree: true});
  panel.disposed.connect(() => seen.disconnect());
  dress();
};

const dressCell = (cell, words, places) => {
  const area = cell.node.querySelector('.jp-Cell-inputArea');
  const there = area?.querySelector(`:scope > .${OURS}-bar`);
  const text = commands(cell.model.sharedModel.getSource());
  if (!text) return there?.remove();
  if (area && !there) area.append(bar(() => commands(cell.model.sharedModel.getSource()), words, places));
};

const dressBlock = (block, words, places) => {
  if (block.parentElement.classList.contains(`${OURS}-block`)) return;
  const frame = document.createElement('div');
  frame.className = `${OURS}-block`;
  block.replaceWith(frame);
  const source = () => commands(block.textContent) || contained(block.textContent.trim());
  frame.append(block, bar(source, words, places));
};

const bar = (text, words, places) => {
  const made = document.createElement('div');
  made.className = `${OURS}-bar`;
  made.append(
    button(words.to_terminal, words.to_terminal_more, '&gt;_', async (it) => { await places.type(text()); say(it, words.in_terminal, words.to_terminal); }),
    button(words.copy, words.copy, COPY, (it) => { places.copy(text()); say(it, words.copied, words.copy); }),
  );
  return made;
};

const button = (label, more, sign, act) => {
  const made = document.createElement('button');
  made.type = 'button';
  made.innerHTML = sign;
  made.title = more;
  made.setAttribute('aria-label', label);
  made.onclick = (event) => { event.stopPropagation(); act(made); };
  for (const kind of ['mousedown', 'keydown']) made.addEventListener(kind, (event) => event.stopPropagation());
  return made;
};

// For a while a button says what it did.
const say = (it, done, label) => {
  it.setAttribute('aria-label', done);
  it.classList.add('done');
  setTimeout(() => { it.classList.remove('done'); it.setAttribute('aria-label', label); }, SAID_MS);
};

// Below NARROW_PX each part has the whole window, and three buttons say which. Wide again, the window is divided as before.
const oneAtATime = (app, shell, Widget, words, places) => {
  const choice = new Widget();
  choice.id = 'hostnet-lab-parts';
  choice.addClass('hostnet-lab-parts');
  choice.node.setAttribute('role', 'group');
  choice.node.setAttribute('aria-label', words.parts);
  const parts = [['lesson', words.lesson], [TERMINAL, words.terminal], [MAP, words.map]].map(([part, label]) => {
    const one = button(label, label, label, () => places.show(part));
    choice.node.append(one);
    return [part, one];
  });
  shell.layoutModified.connect(() => { for (const [part, one] of parts) one.setAttribute('aria-pressed', part === places.shown()); });
  shell.add(choice, 'top', {rank: 900});
  let narrowed = false;
  const fit = () => {
    const narrow = window.innerWidth < NARROW_PX;
    choice.setHidden(!narrow);
    if (narrow === narrowed) return;
    narrowed = narrow;
    shell.mode = narrow ? 'single-document' : 'multiple-document';
    if (narrow) places.show('lesson');
  };
  window.addEventListener('resize', fit);
  app.restored.then(() => { fit(); choice.setHidden(window.innerWidth >= NARROW_PX); });
};
