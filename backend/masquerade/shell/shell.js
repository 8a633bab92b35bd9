'use strict';
// The banner's own script. It knows no names and no secrets: it asks the window's process for the time left and
// shows which of the prepared sentences is true. It listens to no messages, so the page has no way to speak to it.
(() => {
  const beatEvery = 5000;     // ms between heartbeats
  const loadWithin = 15000;   // ms until a page that has not come is called missing
  const waitsFor = 30000;     // ms until a question for the end is given up, longer than it is kept open
  const silentBeats = 3;      // failed heartbeats until the process counts as gone
  const saidFor = 10000;      // ms that good news stands
  const warnBefore = 120000;  // ms before the end
  const warnIdle = 60000;     // ms before the idle end

  const at = (id) => document.getElementById(id);
  const show = (id, on) => { at(id).hidden = !on; };
  const texts = document.body.dataset;
  const fill = (text, name, value) => text.replace('{{' + name + '}}', () => value);
  const endings = ['closed', 'max', 'idle', 'portal', 'customer_locked', 'permission_lost', 'supervisor'];

  let end = 0, failed = 0, over = false, loaded = false, beating = 0, inside = false;

  function clock() {
    if (over || !end) return;
    const seconds = Math.max(0, Math.round((end - performance.now()) / 1000));
    const text = seconds >= 120
      ? fill(texts.minutes, 'n', String(Math.floor(seconds / 60)))
      : fill(texts.seconds, 'n', String(seconds));
    if (at('left').textContent !== text) at('left').textContent = text;
  }

  // What the session may do is the process's word: the portal gave it, and the page cannot.
  function may(mode) {
    if (at('mode').dataset.mode !== mode) {
      at('mode').dataset.mode = mode;
      at('mode').textContent = texts[mode];
    }
    show('change', mode === 'view');
  }

  // Which addresses outside the portal were refused: the page itself may show nothing of it. They are set as text.
  function refusals(origins, more) {
    const n = String(origins.length) + (more ? '+' : '');
    const count = n === '1' ? texts.refusedOne : fill(texts.refused, 'n', n);
    show('refused', origins.length > 0);
    if (at('refused_count').textContent === count) return;
    at('refused_count').textContent = count;
    show('refused_more', more);
    at('refused_list').replaceChildren(...origins.map((origin) => Object.assign(document.createElement('li'), { textContent: origin })));
  }

  // Without the portal the page is held as it is, so that nothing typed in it is sent to nobody. The keyboard goes back into it.
  function hold(lost) {
    const page = at('page');
    if (lost === page.inert) return;
    if (lost) inside = document.activeElement === page;
    page.inert = lost;
    document.body.classList.toggle('held', lost);
    at('home').setAttribute('aria-disabled', String(lost));
    show('portal_lost', lost);
    show('portal_found', !lost);
    if (lost) return;
    if (inside && document.activeElement === document.body) page.focus();
    setTimeout(() => show('portal_found', false), saidFor);
  }

  // Making changes is one step of its own, with what it means before it.
  async function change() {
    at('ask_yes').disabled = true;
    show('ask_problem', false);
    let problem = texts.lost;
    try {
      const answer = await fetch('mode', { method: 'POST', cache: 'no-store', signal: AbortSignal.timeout(loadWithin) });
      const said = await answer.json();
      problem = said.problem;
      if (said.page && !over) {
        at('ask').close();
        at('page').src = said.page;
        at('page').focus();
        await beat();
      }
    } catch { /* texts.lost says it */ }
    at('ask_yes').disabled = false;
    at('ask_problem').textContent = problem || '';
    show('ask_problem', Boolean(problem));
  }

  // The page goes first, whatever the reason: nothing of the customer's stays on the screen without a session.
  function finish(sentence) {
    if (over) return;
    over = true;
    clearInterval(beating);
    at('page').remove();
    at('ask')?.close();
    for (const id of ['soon', 'idle_soon', 'portal_lost', 'portal_found', 'saved', 'change_none', 'refused', 'change', 'not_loaded']) show(id, false);
    at('close').hidden = true;
    at('home').hidden = true;
    document.body.classList.add('over');
    show('over_' + sentence, true);
    show('over', true);
    at('over').focus();
  }

  async function beat() {
    try {
      const answer = await fetch('hb', { method: 'POST', cache: 'no-store', signal: AbortSignal.timeout(beatEvery - 500) });
      if (!answer.ok) throw new Error('heartbeat ' + answer.status);
      const now = await answer.json();
      if (over) return;
      failed = 0;
      if (now.ended) return finish(endings.includes(now.ended) ? now.ended : 'other');
      may(now.mode);
      end = performance.now() + now.left_ms;
      show('soon', now.left_ms < warnBefore);
      show('idle_soon', now.left_ms >= warnBefore && now.idle_ms < warnIdle);
      hold(now.portal_lost);
      if (now.saved) at('saved').textContent = fill(texts.saved, 'name', now.saved);
      show('saved', Boolean(now.saved));
      refusals(now.refused ?? [], now.refused_more === true);
      loaded = loaded || now.served;
      if (loaded) show('not_loaded', false);
      clock();
    } catch {
      failed += 1;
      if (failed >= silentBeats) finish('gone');
    }
  }

  // The end is not left to the next heartbeat: nobody is to read on in a page that they may not see any more.
  async function wait() {
    while (!over) {
      try {
        const answer = await fetch('wait', { method: 'POST', cache: 'no-store', signal: AbortSignal.timeout(waitsFor) });
        if (!answer.ok) return;
        await beat();
      } catch { return; } // the heartbeats go on
    }
  }

  async function close() {
    at('close').disabled = true;
    try {
      await fetch('end', { method: 'POST', cache: 'no-store', signal: AbortSignal.timeout(beatEvery) });
      finish('closed');
    } catch {
      finish('gone');
    }
  }

  function load() {
    setTimeout(() => { if (!loaded && !over) show('not_loaded', true); }, loadWithin);
  }

  at('close').addEventListener('click', close);
  // From wherever the page has led, an error too; the keyboard goes with it.
  at('home').addEventListener('click', () => {
    if (at('page').inert) return; // portal_lost says why
    show('not_loaded', false);
    at('page').src = at('home').dataset.page;
    at('page').focus();
  });
  at('change').addEventListener('click', () => {
    if (!at('ask')) return show('change_none', true);
    show('ask_problem', false);
    at('ask').showModal();
  });
  at('ask_yes')?.addEventListener('click', change);
  at('ask_no')?.addEventListener('click', () => at('ask').close());
  at('retry').addEventListener('click', () => {
    show('not_loaded', false);
    at('page').src = at('page').getAttribute('src');
    load();
  });
  // The keyboard starts in the customer's page; Shift+Tab leads back to Close.
  at('page').addEventListener('load', () => { if (document.activeElement === document.body) at('page').focus(); }, { once: true });

  load();
  beat();
  beating = setInterval(beat, beatEvery);
  wait();
  setInterval(clock, 1000);
})();
