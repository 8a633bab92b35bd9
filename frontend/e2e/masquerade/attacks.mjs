// What the attempts of site/hostile.js must come to, in any browser that shows a masquerade.
import assert from 'node:assert/strict';

// Each ends with an error of the browser's.
const refused = ['parent document', 'parent close button', 'top address', 'lead top away', 'replace top', 'relax domain', 'shell', 'elsewhere', 'service worker', 'full screen'];
// Each gives nothing, where it does not end so.
const empty = ['frame element', 'popup'];

/** Holds the results of a hostile page to having got nothing. */
export function gotNothing(results) {
  for (const name of refused) assert.match(results[name], /^error /, `${name}: ${results[name]}`);
  for (const name of empty) assert.ok(results[name] === 'null' || results[name].startsWith('error '), `${name}: ${results[name]}`);
  assert.equal(results['inline script'], 'undefined');
  assert.equal(results.base, 'true');
  assert.equal(results.cookies, '');
  assert.equal(results.referrer, '');
}
