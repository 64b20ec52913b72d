"""What the pages share: widgets made from Knobs, typed state and link, caches, words."""
