"""Pure renderers: a card or a form comes in, Block Kit goes out. Nothing here asks or sends."""
