// Shows openapi.yaml in the packaged viewer, or asyncapi.yaml as text in which references can be followed. Everything
// comes from the server itself.
'use strict';

function showHttp() {
  window.SwaggerUIBundle({
    url: '/openapi.yaml',
    dom_id: '#http',
    deepLinking: true,
    docExpansion: 'none',
    defaultModelsExpandDepth: 0,
    filter: true,
    validatorUrl: null,
    presets: [window.SwaggerUIBundle.presets.apis],
  });
}

// One line of YAML as elements: names in colour, '#/a/b' as a link to where a: b: is.
function lineElement(line, path) {
  const element = document.createElement('span');
  const named = /^(\s*(?:- )?)([A-Za-z_$][\w$-]*)(:.*)$/.exec(line);
  if (/^\s*#/.test(line)) {
    element.className = 'comment';
    element.textContent = line + '\n';
    return element;
  }
  let rest = line;
  if (named) {
    element.id = path;
    const name = document.createElement('span');
    name.className = 'name';
    name.textContent = named[2];
    element.append(named[1], name);
    rest = named[3];
  }
  const reference = /^(.*\$?ref: ')(#\/[^']+)('.*)$/.exec(rest) || (named && named[2] === '$ref' && /^(: ')(#\/[^']+)('.*)$/.exec(rest));
  if (reference) {
    const link = document.createElement('a');
    link.href = '#' + reference[2].slice(1);
    link.textContent = reference[2];
    element.append(reference[1], link, reference[3] + '\n');
  } else {
    element.append(rest + '\n');
  }
  return element;
}

async function showEvents(pre) {
  const reply = await fetch('/asyncapi.yaml');
  if (!reply.ok) {
    pre.textContent = '/asyncapi.yaml was answered ' + reply.status;
    return;
  }
  const open = []; // the names that this line is below, with their indentation
  for (const line of (await reply.text()).split('\n')) {
    const named = /^(\s*)(?:- )?([A-Za-z_$][\w$-]*):/.exec(line);
    if (named) {
      while (open.length && open[open.length - 1].indent >= named[1].length) open.pop();
      open.push({ indent: named[1].length, name: named[2] });
    }
    pre.append(lineElement(line, '/' + open.map((one) => one.name).join('/')));
  }
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

const events = document.getElementById('events');
if (events) showEvents(events);
else showHttp();
