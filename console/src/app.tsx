/** The shell: who is logged in, the menu, the page. */
export function App() {
  return <main>Muckline</main>;
}
