/** Photos: taken or chosen, sent at once, shown small, opened large. */
import { useState } from "preact/hooks";
import { Button, Dialog, ErrorNote, Icon, IconButton } from "../../design";
import { translator } from "../../i18n";
import { may } from "../../session/session";
import { words } from "./words";
import { photoAddress, sendPhoto } from "./work";

const t = translator(words);

/** More than a case's step needs; the platform refuses more as well. */
const PHOTOS_MOST = 9;

export function PhotoPicker({ photos, onPhotos }: { photos: string[]; onPhotos: (photos: string[]) => void }) {
  const [busy, setBusy] = useState(false);
  const [failed, fail] = useState<unknown>(null);
  const take = async (input: HTMLInputElement) => {
    setBusy(true);
    fail(null);
    const sent = [...photos];
    try {
      for (const file of Array.from(input.files ?? []).slice(0, PHOTOS_MOST - photos.length)) sent.push(await sendPhoto(file));
    } catch (error) {
      fail(error);
    }
    onPhotos(sent);
    setBusy(false);
    input.value = "";
  };
  return (
    <div class="photo-picker">
      <div class="photos">
        {photos.map((photo, at) => (
          <div class="photo" key={photo}>
            {may("look") ? <img src={photoAddress(photo, "thumbnail")} alt={t("photo", { number: at + 1 })} /> : <Icon name="camera" large />}
            <IconButton icon="close" label={t("remove_photo")} onClick={() => onPhotos(photos.filter((each) => each !== photo))} />
          </div>
        ))}
        {photos.length < PHOTOS_MOST && (
          <label class={busy ? "photo add busy" : "photo add"}>
            <input class="visually-hidden" type="file" accept="image/*" multiple disabled={busy} onChange={(event) => take(event.currentTarget)} />
            <Icon name="camera" large />
            <span>{busy ? t("sending") : t("add_photo")}</span>
          </label>
        )}
      </div>
      <ErrorNote error={failed} />
    </div>
  );
}

export function Photos({ photos }: { photos: readonly string[] }) {
  const [open, setOpen] = useState<number | null>(null);
  const show = (at: number) => setOpen((at + photos.length) % photos.length);
  return (
    <div class="photos">
      {photos.map((photo, at) => (
        <button type="button" class="photo" key={photo} onClick={() => setOpen(at)}>
          <img src={photoAddress(photo, "thumbnail")} alt={t("photo", { number: at + 1 })} loading="lazy" />
        </button>
      ))}
      {open !== null && (
        <Dialog open wide title={t("photo", { number: open + 1 })} onClose={() => setOpen(null)}>
          <img class="photo-large" src={photoAddress(photos[open]!)} alt={t("photo", { number: open + 1 })} />
          {photos.length > 1 && (
            <div class="row between">
              <Button icon="chevron_left" onClick={() => show(open - 1)}>{t("previous")}</Button>
              <Button icon="chevron_right" onClick={() => show(open + 1)}>{t("next")}</Button>
            </div>
          )}
        </Dialog>
      )}
    </div>
  );
}
