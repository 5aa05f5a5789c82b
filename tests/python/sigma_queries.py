"""Makes queries of Sigma rules: sigma_queries.py PIPELINE FOLDER

Prints {rule file: {engine: body of a search}} for the rules in the folder, through the processing
pipeline in the file, as pySigma's backends of both engines make them.
"""

import json
import pathlib
import sys

from sigma.backends.elasticsearch import LuceneBackend
from sigma.backends.opensearch import OpensearchLuceneBackend
from sigma.collection import SigmaCollection
from sigma.processing.pipeline import ProcessingPipeline

BACKENDS = {"elasticsearch": LuceneBackend, "opensearch": OpensearchLuceneBackend}


def main(pipeline, folder):
    text = pathlib.Path(pipeline).read_text()
    queries = {}
    for path in sorted(pathlib.Path(folder).glob("*.yml")):
        bodies = {}
        for engine, backend in BACKENDS.items():
            # A pipeline keeps what it has seen.
            made = backend(ProcessingPipeline.from_yaml(text))
            (bodies[engine],) = made.convert(SigmaCollection.from_yaml(path.read_text()), "dsl_lucene")
        queries[path.stem] = bodies
    json.dump(queries, sys.stdout, indent=1)


main(*sys.argv[1:])
