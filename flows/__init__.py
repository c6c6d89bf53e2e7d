"""evwatch: from news feeds to a ledger of deals.

sources.yaml | poll feeds | fetch pages | archive | extract articles | flag | read reports | merge into deals | load | publish
                                                                                                   SQL, report, digest <-
"""
