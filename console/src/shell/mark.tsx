/** Muckline's mark. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0f766e" />
      <path d="M6 20h14V10H6zM20 20h6v-5l-3-3h-3z" fill="#fff" />
      <circle cx="11" cy="22" r="2.6" fill="#fbbf24" /><circle cx="22" cy="22" r="2.6" fill="#fbbf24" />
    </svg>
  );
}
