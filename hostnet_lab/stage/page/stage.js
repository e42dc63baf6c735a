// The page's part of the stage, as a module-federation container written by hand: JupyterLab calls init with the modules that it
// shares, and then get. Nothing is built, and nothing is fetched but from JupyterLab's own server.
(() => {
  const NAME = 'hostnet-lab-stage';
  const PARTS = ['map', 'terminal', 'sections', 'lesson', 'widgets', 'connection', 'classes']; // each a module and a style beside this script; the module makes a plugin of what it is given
  const own = document.currentScript.src;
  const page = JSON.parse(document.getElementById('jupyter-config-data').textContent);
  let shared = {};

  const given = {
    name: NAME,
    page,
    words: JSON.parse(page.hostnetLabStage || '{}'),
    load: async (name) => (await Object.values(shared[name])[0].get())(),
  };

  const made = async (part) => {
    const style = document.createElement('link');
    style.rel = 'stylesheet';
    style.href = new URL(`${part}.css`, own);
    document.head.append(style);
    return (await import(new URL(`${part}.js`, own))).plugin(given);
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[NAME] = {
    init: (scope) => { shared = scope; },
    get: async () => {
      const plugins = await Promise.all(PARTS.map(made));
      return () => ({__esModule: true, default: plugins});
    },
  };
})();
