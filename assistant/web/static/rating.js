// The choices below each answer are links in the conversation; the form for a comment is in this element.
const form = () => element.querySelector('form');
document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#rate-"], a[href^="#rated-"]');
    if (!link) return;
    event.preventDefault();
    const [chosen, rating, turn] = link.getAttribute('href').slice(1).split('-');
    if (chosen === 'rated' && form()?.dataset.turn === turn) return element.querySelector('textarea').focus();
    trigger('select', {turn, rating, comment: ''});
});
element.addEventListener('submit', (event) => {
    event.preventDefault();
    const comment = form().elements.comment.value.trim();
    // an empty comment is none; after a failure, the rating itself is still to be sent
    if (comment || element.querySelector('[role=alert]')) trigger('submit', {...form().dataset, comment});
});
element.addEventListener('click', (event) => {
    if (event.target.closest('[data-close]')) props.value = '';
});
let turn;
watch('value', () => {
    const shown = element.querySelector('.opinion');
    if (!shown) { turn = undefined; return; }
    if (form() && form().dataset.turn !== turn && turn !== undefined) form().elements.comment.value = form().elements.comment.defaultValue;
    turn = form()?.dataset.turn;
    shown.focus({preventScroll: true});
    shown.scrollIntoView({block: 'nearest'});
});
