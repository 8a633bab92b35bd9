'use strict';
document.getElementById('print').addEventListener('click', () => print());
// What a hostile page would try; each result is the name of the error, or what it got.
(async () => {
  const results = {};
  const attempt = async (name, f) => {
    try { results[name] = String(await f()); } catch (e) { results[name] = 'error ' + e.name; }
  };
  await attempt('parent document', () => parent.document.title);
  await attempt('parent close button', () => parent.document.getElementById('close').click());
  await attempt('top address', () => top.location.href);
  await attempt('lead top away', () => { top.location.href = 'http://127.0.0.1:9/'; });
  await attempt('replace top', () => { top.location.replace('about:blank'); });
  await attempt('frame element', () => frameElement);
  await attempt('popup', () => window.open('/next.html'));
  await attempt('full screen', () => document.documentElement.requestFullscreen());
  await attempt('cookies', () => document.cookie);
  await attempt('relax domain', () => { document.domain = '127.0.0.1'; return parent.document.title; });
  await attempt('shell', () => fetch(location.ancestorOrigins[0] + '/end', { method: 'POST' }));
  await attempt('elsewhere', () => fetch('http://127.0.0.1:9/'));
  await attempt('service worker', () => navigator.serviceWorker.register('/worker.js'));
  await attempt('referrer', () => document.referrer);
  await attempt('headers', async () => {
    const answer = await fetch(location.href);
    return JSON.stringify([...answer.headers]);
  });
  await attempt('inline script', () => {
    const s = document.createElement('script');
    s.textContent = 'document.documentElement.dataset.inline = "ran"';
    document.head.append(s);
    return document.documentElement.dataset.inline;
  });
  await attempt('base', () => {
    const b = document.createElement('base');
    b.href = 'http://127.0.0.1:9/';
    document.head.append(b);
    const got = new URL('x', document.baseURI).host;
    b.remove();
    return got === location.host;
  });
  for (const target of [parent, top])
    for (const message of [{ type: 'end' }, { type: 'raised', mode: 'full' }, { ended: 'closed' }, 'end', 'close', { page: 'http://127.0.0.1:9/' }]) target.postMessage(message, '*');
  document.documentElement.dataset.results = JSON.stringify(results);
})();
