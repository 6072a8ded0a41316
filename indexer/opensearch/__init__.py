"""The same requests, answered by an OpenSearch cluster: its index and its counts, our terms, our reading of queries."""
