"""The examples of the reference page; tests run each of them over the sample articles.

`{server}` stands for the address of the server, which the page puts in.
"""

CURL = """\
curl --compressed '{server}/api/v1/search?q=missiles+Kiev&country=Ukraine&size=2'
"""

PYTHON = """\
import requests

address = "/api/v1/search?q=Ukraine&size=100&fields=id,title,published"
while address:
    response = requests.get("{server}" + address, timeout=10)
    answer = response.json()
    if not response.ok:
        raise SystemExit(answer["detail"])
    for hit in answer["hits"]:
        print(hit["published"]["date"], hit["title"], sep="\\t")
    address = answer["links"]["next"]
"""

JAVASCRIPT = """\
const parameters = new URLSearchParams({ q: "missiles Kiev", size: "2" });
parameters.append("country", "Ukraine");
const response = await fetch("{server}/api/v1/search?" + parameters);
const answer = await response.json();
if (!response.ok) throw new Error(answer.detail);
for (const hit of answer.hits) console.log(hit.title);
"""

BATCH = """\
curl --compressed -H 'Content-Type: application/json' {server}/api/v1/batch \\
  -d '{"requests": ["/api/v1/stats", "/api/v1/search?q=Rafale&size=1"]}'
"""

EXAMPLES = {"curl": CURL, "Python": PYTHON, "JavaScript": JAVASCRIPT, "Batch": BATCH}
