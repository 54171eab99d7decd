"""The adapters of engines that are held to the recovery rules, and their workflows."""
