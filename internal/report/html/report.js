"use strict";
(function () {
  var form = document.getElementById("filter");
  var shown = document.getElementById("shown");
  var rules = Array.prototype.slice.call(document.querySelectorAll("details.rule"));
  var areas = Array.prototype.slice.call(document.querySelectorAll("section.area"));
  var texts = [];
  var fields = ["outcome", "level", "hazard"];

  function value(id) { return document.getElementById(id).value; }

  function text(i) {
    if (texts[i] === undefined) { texts[i] = rules[i].textContent.toLowerCase(); }
    return texts[i];
  }

  function apply() {
    var words = value("q").toLowerCase().split(/\s+/).filter(Boolean);
    var count = 0;
    rules.forEach(function (rule, i) {
      var keep = fields.every(function (f) { return value(f) === "" || rule.dataset[f] === value(f); }) &&
        words.every(function (w) { return text(i).indexOf(w) >= 0; });
      rule.hidden = !keep;
      if (keep) { count += 1; }
    });
    areas.forEach(function (area) { area.hidden = !area.querySelector("details.rule:not([hidden])"); });
    shown.textContent = count + " of " + rules.length + (rules.length === 1 ? " rule" : " rules");
  }

  function each(open) {
    rules.forEach(function (rule) { if (!rule.hidden) { rule.open = open; } });
  }

  // A link to a rule shows it, whatever the filters and the closed rules say.
  function follow() {
    var rule = document.getElementById(location.hash.slice(1));
    if (!rule || !rule.classList.contains("rule")) { return; }
    if (rule.hidden) { form.reset(); apply(); }
    rule.open = true;
    rule.scrollIntoView();
    rule.querySelector("summary").focus();
  }

  form.addEventListener("input", apply);
  form.addEventListener("submit", function (e) { e.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(apply, 0); });
  document.getElementById("open").addEventListener("click", function () { each(true); });
  document.getElementById("close").addEventListener("click", function () { each(false); });
  window.addEventListener("hashchange", follow);
  form.hidden = false;
  apply();
  if (location.hash) { follow(); }
}());
