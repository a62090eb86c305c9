#include "gateway/login_page.hpp"

#include <string>
#include <string_view>

#include "crypto/base64.hpp"
#include "crypto/digest.hpp"

namespace aesel::gateway {
namespace {

constexpr std::string_view kStyle = R"css(
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
  main { width: min(22rem, 90vw); }
  h1 { font-size: 1.5rem; margin: 0 0 1rem; }
  label { display: block; margin-top: 1rem; }
  input, button { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem; border-radius: .3rem; }
  input { border: 1px solid #767676; }
  button { margin-top: 1.5rem; border: 0; background: #0b57d0; color: #fff; cursor: pointer; }
  button:disabled { background: #595959; cursor: default; }
  :focus-visible { outline: 3px solid #0b57d0; outline-offset: 2px; }
  #message { min-height: 1.5rem; margin: 1rem 0 0; color: #b3261e; }
  @media (prefers-color-scheme: dark) { #message { color: #ffb4ab; } }
)css";

constexpr std::string_view kScript = R"js(
  const form = document.querySelector('form');
  const message = document.getElementById('message');
  const button = form.querySelector('button');
  // Only a path of this server: never another site, whatever the address says.
  function next() {
    const wanted = new URLSearchParams(location.search).get('next') || '/docs/';
    try {
      const url = new URL(wanted, location.origin);
      if (/^\/(?![\/\\])/.test(wanted) && url.origin === location.origin) return url.pathname + url.search + url.hash;
    } catch (error) { }
    return '/docs/';
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    message.textContent = '';
    button.disabled = true;
    try {
      const reply = await fetch('/login', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ username: form.username.value, password: form.password.value }),
      });
      if (reply.ok) { location.assign(next()); return; }
      const said = await reply.json().catch(() => ({}));
      message.textContent = said.err_msg || 'The server answered ' + reply.status + '.';
      form.password.select();
    } catch (error) {
      message.textContent = 'The server does not answer.';
    } finally {
      button.disabled = false;
    }
  });
)js";

std::string source_of(std::string_view text) {
  const crypto::Sha256 digest = crypto::sha256(text);
  const std::string_view bytes(reinterpret_cast<const char*>(digest.data()), digest.size());
  return "'sha256-" + crypto::to_base64(bytes) + "'";
}

std::string make_page() {
  std::string page = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in to Aesel</title>
<link rel="icon" href="data:,">
<style>)html";
  page += kStyle;
  page += R"html(</style>
</head>
<body>
<main>
<h1>Log in to Aesel</h1>
<form method="post" action="/login">
<label for="username">User name</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>Log in</button>
<p id="message" role="alert"></p>
</form>
<noscript><p>This page needs JavaScript. Programs log in with <code>POST /login</code>.</p></noscript>
</main>
<script>)html";
  page += kScript;
  page += "</script>\n</body>\n</html>\n";
  return page;
}

std::string make_policy() {
  return "default-src 'none'; script-src " + source_of(kScript) + "; style-src " + source_of(kStyle) +
         "; img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
}

}  // namespace

http::Response login_page() {
  static const std::string page = make_page();
  static const std::string policy = make_policy();
  http::Response response;
  response.body = page;
  response.content_type = "text/html; charset=utf-8";
  response.headers = {{"Content-Security-Policy", policy},
                      {"X-Content-Type-Options", "nosniff"},
                      {"X-Frame-Options", "DENY"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cache-Control", "no-store"}};
  return response;
}

http::Response lead_to_login_page() {
  http::Response response;
  response.status = 303;
  response.content_type.clear();
  response.headers.push_back({"Location", "/portal/login"});
  return response;
}

}  // namespace aesel::gateway
