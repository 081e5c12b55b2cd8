"""The monthly bulletin (月度通报): a release's figures, checked, the ledger, people's words."""
