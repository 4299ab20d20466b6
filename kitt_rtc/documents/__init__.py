"""Documents on their way into the knowledge base: read, labelled, cut into passages, put on the shelf, job by job."""
