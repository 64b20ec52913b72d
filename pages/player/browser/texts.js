// Text that changes while a run plays. A text node that comes or goes makes the browser match every rule
// with `:has` anew, for all that lies around it; other letters in the same node do not.

export function write(element, text) {
  const node = element.firstChild;
  if (!(node instanceof Text) || node.nextSibling) element.textContent = text;
  else if (node.data !== text) node.data = text;
}
