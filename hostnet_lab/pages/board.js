// Draws anew only what has news, so that a finger, a reader's place and the keyboard's focus stay where they are.
const said = document.currentScript.dataset;
const live = document.getElementById('live'), board = document.getElementById('board');
const source = new EventSource(said.events);
source.onopen = () => { live.textContent = said.on; };
source.onerror = () => { live.textContent = said.off; };
source.onmessage = (event) => {
  const fresh = document.createElement('div');
  fresh.innerHTML = JSON.parse(event.data);
  const ids = (root) => [...root.querySelectorAll('[id]')].map((one) => one.id).join();
  const focus = document.activeElement && document.activeElement.id;
  if (ids(fresh) !== ids(board)) { board.replaceChildren(...fresh.childNodes); }
  else for (const old of board.querySelectorAll('tr[id], p[id], section[id]')) {
    const now = fresh.querySelector('#' + old.id);
    if (now.outerHTML !== old.outerHTML) old.replaceWith(now);
  }
  if (focus && document.getElementById(focus)) document.getElementById(focus).focus({preventScroll: true});
};
// A timer counts by the reader's own clock, from what the page was made with.
setInterval(() => {
  for (const one of document.querySelectorAll('[data-until]')) {
    const left = Math.max(0, Math.round((new Date(one.dataset.until) - Date.now()) / 1000));
    one.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  }
}, 500);
