# what was made or changed over the API, with parameters and runtimes
curl -o state.yaml http://127.0.0.1:5000/export
# all of it, also what only the script makes; as JSON
curl 'http://127.0.0.1:5000/export?all=true&format=json'
# what would change, and when the tasks would start then
curl -X POST --data-binary @state.yaml http://127.0.0.1:5000/plan
# apply it
curl -X POST --data-binary @state.yaml http://127.0.0.1:5000/apply
# apply it, and remove what was made over the API and is not in the document
curl -X POST --data-binary @state.yaml 'http://127.0.0.1:5000/apply?prune=true'
