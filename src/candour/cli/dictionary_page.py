"""The dictionary as one HTML page that needs nothing else: no script, no file beside it."""

from __future__ import annotations

from candour.dataset import CodeList, DataSet, codelist

_TEMPLATE = """\
<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ data_set.title }}, release {{ data_set.release }}: dictionary</title>
<style>
body { font: 1rem/1.5 Arial, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #212b32; background: #fff; }
h2 { margin-top: 3rem; border-bottom: 3px solid #005eb8; }
h3 { margin: 2rem 0 .25rem; overflow-wrap: anywhere; }
code { font-size: 1em; }
dl { display: grid; grid-template-columns: 11rem 1fr; gap: .25rem 1rem; margin: 0; }
dt { font-weight: bold; }
dd { margin: 0; }
table { border-collapse: collapse; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem 1rem .25rem 0;
  border-bottom: 1px solid #d8dde0; }
a:focus { outline: 3px solid #ffeb3b; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } }
@media print { body { max-width: none; } h2 { break-before: page; } }
</style>
</head>
<body>
<main>
<h1>{{ data_set.title }}, release {{ data_set.release }}</h1>
<p>Behind each row that these fields describe stands a person, and for most of them a family. Every
field says what it means and why it is asked for. What a source does not say stays empty: empty is
never &ldquo;no&rdquo;.</p>
<nav aria-label="Contents">
<ul>
{%- for entity in data_set.entities.values() %}
<li><a href="#{{ entity.path }}">{{ entity.title }}</a> ({{ entity.fields | length }} fields)</li>
{%- endfor %}
<li><a href="#codes">Code lists</a> ({{ lists | length }})</li>
</ul>
</nav>
{% for entity in data_set.entities.values() %}
<section aria-labelledby="{{ entity.path }}">
<h2 id="{{ entity.path }}">{{ entity.title }}</h2>
<p>{{ entity.meaning }}
{%- if entity.derived %} No source sends it: it is worked out from what sources send.{% endif %}</p>
{% for field in entity.fields.values() %}
<h3 id="{{ field.path }}">{{ field.title }} <code>{{ field.path }}</code></h3>
<dl>
<dt>Meaning</dt><dd>{{ field.meaning }}</dd>
<dt>Why it is collected</dt><dd>{{ field.why }}</dd>
<dt>Required</dt><dd>{{ field.required_when }}</dd>
<dt>Type</dt><dd>{{ field.type | replace("_", " ") }}
{%- if field.codelist %}, from <a href="#codes-{{ field.codelist }}">{{ field.codelist }}</a>
{%- endif %}</dd>
<dt>Sensitivity</dt><dd>{{ field.sensitivity }}</dd>
<dt>Time to answer</dt><dd>
{%- if field.seconds %}about {{ field.seconds }} seconds{% else %}none: systems hold it{% endif -%}
</dd>
<dt>Since release</dt><dd>{{ field.release }}</dd>
</dl>
{% endfor %}
</section>
{% endfor %}
<section aria-labelledby="codes">
<h2 id="codes">Code lists</h2>
{% for held in lists %}
<h3 id="codes-{{ held.id }}">{{ held.title }} <code>{{ held.id }}@{{ held.version }}</code></h3>
<p>Source: {{ held.source }} Licence: {{ held.licence }}</p>
<table>
<caption>Codes of {{ held.title }}</caption>
<thead><tr><th scope="col">Code</th><th scope="col">Meaning</th></tr></thead>
<tbody>
{%- for code in held.codes %}
<tr><th scope="row"><code>{{ code.code }}</code></th><td>{{ code.display }}</td></tr>
{%- endfor %}
</tbody>
</table>
{% endfor %}
</section>
</main>
</body>
</html>
"""


def page(data_set: DataSet) -> str:
    """The HTML page of a data set: every entity and field, and every code list that a field uses.

    The same data set gives the same bytes.
    """
    from jinja2 import Environment, StrictUndefined

    used = sorted({field.codelist for field in data_set.fields() if field.codelist})
    lists: list[CodeList] = [codelist(name) for name in used]
    shape = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    return shape.from_string(_TEMPLATE).render(data_set=data_set, lists=lists)
