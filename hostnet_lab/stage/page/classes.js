// In a class: a line above everything, with what the teacher tells all, an offer to catch up, and a hand to raise. Texts from elsewhere are
// only ever text; nothing is sent, and nothing is run, that was not pressed here.
export const plugin = async (stage) => {
  const [{Widget}, {INotebookTracker}, {ServerConnection}] = await Promise.all(
    ['@lumino/widgets', '@jupyterlab/notebook', '@jupyterlab/services'].map(stage.load));
  return {
    id: `${stage.name}:classes`,
    autoStart: true,
    requires: [INotebookTracker],
    activate: (app, tracker) => {
      if (!stage.page.hostnetLabClass) return;
      const line = new Line(stage.words, app, ServerConnection);
      const widget = new Widget({node: line.node});
      widget.id = 'hostnet-lab-class';
      widget.title.label = stage.words.ofClass;
      app.shell.add(widget, 'header');
      line.listen();
    },
  };
};

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
const element = (kind, name = '', text = '') => Object.assign(document.createElement(kind), {className: name, textContent: text});

class Line {
  constructor(words, app, connection) {
    Object.assign(this, {words, app, connection, told: {}, asking: null, declined: ''});
    this.node = element('div', 'hostnet-class');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', words.ofClass);
    [this.said, this.hand] = [element('div', 'said'), element('div', 'hand')];
    this.said.setAttribute('role', 'status');
    this.node.append(this.said, this.hand);
    setInterval(() => this.count(), 500);
  }

  button(text, press) {
    const made = element('button', '', text);
    made.type = 'button';
    made.onclick = press;
    return made;
  }

  get base() { return `${this.app.serviceManager.serverSettings.baseUrl}hostnet-lab/class/`; }

  listen() {
    const source = new EventSource(`${this.base}heard`);
    source.onmessage = ({data}) => this.show(JSON.parse(data));
    source.onerror = () => {
      this.show({...this.told, unheard: true});
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.listen(), 3000); // it was refused while the class starts anew
    };
  }

  async ask(what, body) {
    const settings = this.app.serviceManager.serverSettings;
    const how = body === undefined ? {} : {method: 'POST', body, headers: {'Content-Type': 'application/x-www-form-urlencoded'}};
    const answer = await this.connection.makeRequest(this.base + what, how, settings);
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  }

  show(told) {
    const news = JSON.stringify({...told, left_s: 0}) !== JSON.stringify({...this.told, left_s: 0}) || !told.left_s !== !this.told.left_s;
    this.told = told;
    this.ends = told.left_s ? performance.now() + told.left_s * 1000 : 0;
    if (news) this.draw();
    this.count();
  }

  draw() {
    const {message, offer, unheard} = this.told, parts = [];
    if (message) parts.push(element('b', 'message', message));
    if (this.ends) parts.push(this.clock = element('span', 'timer'));
    if (offer && this.declined !== offer.section) {
      parts.push(element('span', '', filled(this.words.offered, offer)), this.button(this.words.catchUpDo, () => this.catchUp(offer)),
        this.button(this.words.offeredNot, () => { this.declined = offer.section; this.draw(); }));
    }
    if (unheard) parts.push(element('span', 'faint', this.words.unheard));
    this.said.replaceChildren(...parts);
    this.drawHand();
  }

  drawHand() {
    const {hand} = this.told, words = this.words;
    if (hand) {
      this.asking = null;
      const said = element('span', '', hand.coming ? words.coming : filled(words.raised, hand));
      said.setAttribute('role', 'status');
      this.hand.replaceChildren(said, this.button(words.lower, () => this.raise(0)));
    } else if (this.asking) {
      const {exercise, lesson} = this.asking, preview = exercise ? words.raiseCheck : lesson ? words.raisePreview : words.raiseName;
      const send = this.button(words.raiseSend, () => this.raise(1));
      const leave = this.button(words.raiseNot, () => { this.asking = null; this.drawHand(); this.hand.querySelector('button').focus(); });
      this.hand.replaceChildren(element('span', '', filled(preview, this.asking)), send, leave);
      this.hand.onkeydown = (event) => { if (event.key === 'Escape') leave.click(); };
      send.focus();
    } else {
      this.hand.replaceChildren(this.button(words.raise, () => this.preview()));
    }
  }

  async preview() {
    try {
      this.asking = await this.ask('mine');
    } catch {
      this.asking = null;
      return this.show({...this.told, unheard: true});
    }
    this.drawHand();
  }

  async raise(up) {
    this.asking = null;
    try {
      this.show(await this.ask('hand', `up=${up}`));
      this.drawHand();
    } catch {
      this.show({...this.told, unheard: true});
    }
  }

  async catchUp({file, section}) {
    this.declined = section;
    this.draw();
    const {commands} = this.app;
    const panel = await commands.execute('docmanager:open', {path: file});
    await Promise.all([panel.context.ready, panel.revealed, panel.sessionContext.ready]);
    await commands.execute('hostnet-lab:catch-up', {section, sure: true});
  }

  count() {
    if (!this.ends || !this.clock) return;
    const left = Math.max(0, Math.round((this.ends - performance.now()) / 1000));
    this.clock.textContent = filled(this.words.timer, {time: `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`});
  }
}
