// The connection to kernels and terminals. JupyterLab asks for a kernel until its server answers; a terminal's connection it makes anew some
// times, about two minutes long, and then gives up: after a night with the lid closed it would stay dead. Here it is tried on while somebody
// looks, and what is lost is said above the lesson.
const LOST = 'disconnected', WHOLE = 'connected', AGAIN_MS = 5000, BLIP_MS = 2000;

export const plugin = async (stage) => {
  const [{Widget}, {INotebookTracker}, {ITerminalTracker}] = await Promise.all(
    ['@lumino/widgets', '@jupyterlab/notebook', '@jupyterlab/terminal'].map(stage.load));
  return {
    id: `${stage.name}:connection`,
    autoStart: true,
    requires: [INotebookTracker, ITerminalTracker],
    activate: (app, notebooks, terminals) => {
      const tell = (panel) => told(stage.words, Widget, panel);
      notebooks.forEach(tell);
      notebooks.widgetAdded.connect((_, panel) => tell(panel));
      const again = () => {
        if (document.visibilityState !== 'visible') return;
        const found = [];
        notebooks.forEach((panel) => found.push(panel.sessionContext.session?.kernel));
        terminals.forEach(({content}) => found.push(content.session));
        const gone = (one) => !one || one.isDisposed || one.status === 'dead';
        for (const one of found) if (!gone(one) && one.connectionStatus === LOST) one.reconnect().catch(() => {});
      };
      setInterval(again, AGAIN_MS);
      addEventListener('online', again);
      document.addEventListener('visibilitychange', again);
    },
  };
};

// A line above the lesson while its kernel is not reached; not for a blip, and not for a kernel that ended.
const told = (words, Widget, panel) => {
  const context = panel.sessionContext, line = new Widget();
  line.addClass('hostnet-connection');
  line.node.setAttribute('role', 'status');
  line.hide();
  panel.contentHeader.addWidget(line);
  let due = 0, whole = false;
  const look = () => {
    const kernel = context.session?.kernel, lives = kernel && !kernel.isDisposed && kernel.status !== 'dead';
    const lost = whole && lives && kernel.connectionStatus !== WHOLE;
    line.node.textContent = lost ? words.cut : '';
    line.node.dataset.state = kernel?.connectionStatus || '';
    line.setHidden(!lost);
  };
  context.connectionStatusChanged.connect((_, status) => {
    whole = whole || status === WHOLE;
    clearTimeout(due);
    if (status === WHOLE) look();
    else due = setTimeout(look, BLIP_MS);
  });
  context.statusChanged.connect((_, status) => { if (status === 'dead') look(); });
  context.kernelChanged.connect((_, {newValue}) => { whole = newValue?.connectionStatus === WHOLE; look(); });
  panel.disposed.connect(() => clearTimeout(due));
};
