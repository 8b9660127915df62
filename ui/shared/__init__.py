"""What all windows stand on: the core they show, work in the background, small questions, words."""
