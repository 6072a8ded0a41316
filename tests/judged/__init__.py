"""How well do the answers over corpus/ suit what readers want? Judged queries, their measures, and the floors."""
